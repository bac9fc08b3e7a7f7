<?php
defined('BASEPATH') or exit;

/** Menerima formulir aplikasi klinik sebagai JSON dan meneruskannya ke SATUSEHAT Service. */
class Kunjungan extends CI_Controller
{
    public function __construct()
    {
        parent::__construct();
        $this->load->database();
        $this->load->library('satusehat_lib');
    }

    public function kirim_encounter()
    {
        $input = $this->_masukan(
            ['nik_pasien', 'tanggal_kunjungan', 'jenis_layanan', 'jenis_kunjungan', 'poli', 'dokter']
        );
        if ($input === null) return;
        if (!is_string($input['nik_pasien']) || strlen($input['nik_pasien']) !== 16) {
            $this->_jawab(['status' => 'error', 'message' => 'NIK harus terdiri dari 16 digit']);
            return;
        }

        $result = $this->satusehat_lib->kirimEncounter([
            'nik_pasien' => $input['nik_pasien'],
            // Nomor klinik sendiri: kunjungan yang diketik dua kali dikenali.
            'no_registrasi' => $input['no_registrasi'] ?? null,
            'tanggal_kunjungan' => $input['tanggal_kunjungan'],
            // Yang tercatat. Kosong: kunjungan masih berjalan; kirim lagi dengan id dan tanggal_selesai saat selesai.
            'tanggal_selesai' => $input['tanggal_selesai'] ?? null,
            'jenis_layanan' => $input['jenis_layanan'],
            'jenis_kunjungan' => $input['jenis_kunjungan'],
            'poli' => $input['poli'],
            'dokter' => $input['dokter'],
            'penjamin' => $input['penjamin'] ?? '1',
            'keluhan_utama' => $input['keluhan_utama'] ?? null,
            'anamnesa' => $input['anamnesa'] ?? '',
            'pemeriksaan_fisik' => $input['pemeriksaan_fisik'] ?? null,
        ]);
        // "queued" juga berhasil: sudah disimpan layanan dan akan dikirim sendiri.
        $diterima = in_array($result['status'] ?? null, ['success', 'queued'], true);
        if ($diterima) {
            $this->db->where('nik', $input['nik_pasien']);
            $this->db->update('pasien', ['sync_status' => 'sent']);
        }
        $this->_jawab_kiriman($diterima, $result);
    }

    public function kirim_diagnosis()
    {
        $input = $this->_masukan(
            ['encounter_id', 'pasien_id', 'tanggal_diagnosis', 'kode_icd10', 'deskripsi_diagnosis']
        );
        if ($input === null) return;

        $result = $this->satusehat_lib->kirimDiagnosis([
            'encounter_id' => $input['encounter_id'],
            'pasien_id' => $input['pasien_id'],
            'tanggal_diagnosis' => $input['tanggal_diagnosis'],
            'kode_icd10' => $input['kode_icd10'],
            'deskripsi_diagnosis' => $input['deskripsi_diagnosis'],
            'kategori' => [[
                'coding' => [[
                    'system' => 'http://terminology.hl7.org/CodeSystem/condition-category',
                    'code' => 'encounter-diagnosis',
                    'display' => 'Encounter Diagnosis',
                ]],
            ]],
            'klinis_status' => $input['klinis_status'] ?? 'active',
            'verifikasi_status' => $input['verifikasi_status'] ?? 'confirmed',
            'keterangan' => $input['keterangan'] ?? '',
        ]);
        $this->_jawab_kiriman(($result['status'] ?? null) === 'success', $result);
    }

    public function kirim_observasi()
    {
        $input = $this->_masukan(
            ['encounter_id', 'pasien_id', 'tanggal_observasi', 'kategori', 'kode', 'nilai']
        );
        if ($input === null) return;

        $result = $this->satusehat_lib->kirimObservation([
            'encounter_id' => $input['encounter_id'],
            'pasien_id' => $input['pasien_id'],
            'tanggal_observasi' => $input['tanggal_observasi'],
            'kategori' => $input['kategori'],
            'kode' => $input['kode'],
            'nilai' => $input['nilai'],
            'nilai_diatas' => $input['nilai_diatas'] ?? null,
            'interpretasi' => $input['interpretasi'] ?? null,
            'keterangan' => $input['keterangan'] ?? '',
        ]);
        $this->_jawab_kiriman(($result['status'] ?? null) === 'success', $result);
    }

    public function kirim_procedure()
    {
        $input = $this->_masukan(
            ['encounter_id', 'pasien_id', 'tanggal_prosedur', 'kode_prosedur', 'deskripsi_prosedur']
        );
        if ($input === null) return;

        $result = $this->satusehat_lib->kirimProcedure([
            'encounter_id' => $input['encounter_id'],
            'pasien_id' => $input['pasien_id'],
            'tanggal_prosedur' => $input['tanggal_prosedur'],
            'kode_prosedur' => $input['kode_prosedur'],
            'deskripsi_prosedur' => $input['deskripsi_prosedur'],
            'kode_metode' => $input['kode_metode'] ?? null,
            'deskripsi_metode' => $input['deskripsi_metode'] ?? null,
            'kode_alat' => $input['kode_alat'] ?? null,
            'deskripsi_alat' => $input['deskripsi_alat'] ?? null,
            'kondisi_klinis' => $input['kondisi_klinis'] ?? null,
            'komplikasi' => $input['komplikasi'] ?? null,
            'hasil' => $input['hasil'] ?? null,
        ]);
        $this->_jawab_kiriman(($result['status'] ?? null) === 'success', $result);
    }

    /** Satu-satunya yang menerima formulir biasa, bukan JSON. */
    public function cek_pasien()
    {
        $nik = $this->input->post('nik');
        if (!is_string($nik) || strlen($nik) !== 16) {
            $this->_jawab(['status' => 'error', 'message' => 'NIK harus terdiri dari 16 digit']);
            return;
        }

        $result = $this->satusehat_lib->getPatientId($nik);
        if (isset($result['satusehat_id'])) {
            $this->_jawab(['status' => 'success', 'satusehat_id' => $result['satusehat_id']]);
            return;
        }
        // Gangguan bukan berarti pasiennya tidak ada.
        $tidak_ada = ($result['code'] ?? null) === 'PATIENT_NOT_FOUND';
        $this->_jawab([
            'status' => $tidak_ada ? 'not_found' : 'error',
            'message' => $result['message'] ?? 'Terjadi kesalahan yang tidak dikenal',
        ]);
    }

    /** Isi formulir; null bila ada yang kurang, dan itu sudah dijawab. */
    private function _masukan($wajib)
    {
        $input = json_decode($this->input->raw_input_stream, true);
        foreach ($wajib as $field) {
            if (empty($input[$field])) {
                $this->_jawab(['status' => 'error', 'message' => "Field {$field} wajib diisi"]);
                return null;
            }
        }
        return $input;
    }

    private function _jawab_kiriman($berhasil, $result)
    {
        $this->_jawab(
            $berhasil
                ? ['status' => 'success', 'data' => $result]
                : ['status' => 'error', 'message' => $result['message'] ?? 'Terjadi kesalahan yang tidak dikenal']
        );
    }

    private function _jawab($isi)
    {
        $this->output->set_content_type('application/json')->set_output(json_encode($isi));
    }
}
