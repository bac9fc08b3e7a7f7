<?php
/** Menerima formulir aplikasi klinik sebagai JSON dan meneruskannya ke SATUSEHAT Service. */
class KunjunganController extends Controller
{
    public function actionKirimEncounter()
    {
        $input = $this->masukan(
            array('nik_pasien', 'tanggal_kunjungan', 'jenis_layanan', 'jenis_kunjungan', 'poli', 'dokter')
        );
        if ($input === null) return;

        $diterima = $this->kirim('kirimEncounter', array(
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
        ), array('success', 'queued'));
        // "queued" juga diterima: sudah disimpan layanan dan akan dikirim sendiri.
        if ($diterima) {
            $pasien = Pasien::model()->findByAttributes(array('nik' => $input['nik_pasien']));
            if ($pasien !== null) {
                $pasien->sync_status = 'sent';
                $pasien->save();
            }
        }
    }

    public function actionKirimDiagnosis()
    {
        $input = $this->masukan(
            array('encounter_id', 'pasien_id', 'tanggal_diagnosis', 'kode_icd10', 'deskripsi_diagnosis')
        );
        if ($input === null) return;

        $this->kirim('kirimDiagnosis', array(
            'encounter_id' => $input['encounter_id'],
            'pasien_id' => $input['pasien_id'],
            'tanggal_diagnosis' => $input['tanggal_diagnosis'],
            'kode_icd10' => $input['kode_icd10'],
            'deskripsi_diagnosis' => $input['deskripsi_diagnosis'],
            'kategori' => array(array(
                'coding' => array(array(
                    'system' => 'http://terminology.hl7.org/CodeSystem/condition-category',
                    'code' => 'encounter-diagnosis',
                    'display' => 'Encounter Diagnosis',
                )),
            )),
            'klinis_status' => $input['klinis_status'] ?? 'active',
            'verifikasi_status' => $input['verifikasi_status'] ?? 'confirmed',
            'keterangan' => $input['keterangan'] ?? '',
        ));
    }

    public function actionKirimObservation()
    {
        $input = $this->masukan(
            array('encounter_id', 'pasien_id', 'tanggal_observasi', 'kategori', 'kode', 'nilai')
        );
        if ($input === null) return;

        $this->kirim('kirimObservation', array(
            'encounter_id' => $input['encounter_id'],
            'pasien_id' => $input['pasien_id'],
            'tanggal_observasi' => $input['tanggal_observasi'],
            'kategori' => $input['kategori'],
            'kode' => $input['kode'],
            'nilai' => $input['nilai'],
            'nilai_diatas' => $input['nilai_diatas'] ?? null,
            'interpretasi' => $input['interpretasi'] ?? null,
            'keterangan' => $input['keterangan'] ?? '',
        ));
    }

    public function actionKirimProcedure()
    {
        $input = $this->masukan(
            array('encounter_id', 'pasien_id', 'tanggal_prosedur', 'kode_prosedur', 'deskripsi_prosedur')
        );
        if ($input === null) return;

        $this->kirim('kirimProcedure', array(
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
        ));
    }

    /** Satu-satunya yang menerima formulir biasa, bukan JSON. */
    public function actionCekPasien()
    {
        $this->harusPost();
        $nik = Yii::app()->request->getPost('nik');
        if (!is_string($nik) || strlen($nik) !== 16) {
            $this->jawab(array('status' => 'error', 'message' => 'NIK harus terdiri dari 16 digit'));
            return;
        }

        try {
            $result = Yii::app()->satusehat->getPatientId($nik);
            $this->jawab(
                isset($result['satusehat_id'])
                    ? array('status' => 'success', 'satusehat_id' => $result['satusehat_id'])
                    : array('status' => 'not_found', 'message' => 'Pasien tidak ditemukan di SATUSEHAT')
            );
        } catch (Exception $e) {
            $this->catat('getPatientId', $e);
            // Gangguan bukan berarti pasiennya tidak ada.
            $status = $e->getCode() === 404 ? 'not_found' : 'error';
            $this->jawab(array('status' => $status, 'message' => $e->getMessage()));
        }
    }

    /** Isi formulir; null bila ada yang kurang, dan itu sudah dijawab. */
    private function masukan($wajib)
    {
        $this->harusPost();
        $input = json_decode(Yii::app()->request->getRawBody(), true);
        foreach ($wajib as $field) {
            if (empty($input[$field])) {
                $this->jawab(array('status' => 'error', 'message' => "Field {$field} wajib diisi"));
                return null;
            }
        }
        return $input;
    }

    /** Mengirim, menjawab, dan mengatakan apakah diterima. */
    private function kirim($method, $data, $berhasil = array('success'))
    {
        try {
            $result = Yii::app()->satusehat->$method($data);
        } catch (Exception $e) {
            $this->catat($method, $e);
            $this->jawab(array('status' => 'error', 'message' => $e->getMessage()));
            return false;
        }
        $diterima = in_array($result['status'] ?? null, $berhasil, true);
        $pesan = $result['message'] ?? 'Terjadi kesalahan yang tidak dikenal';
        $this->jawab(
            $diterima
                ? array('status' => 'success', 'data' => $result)
                : array('status' => 'error', 'message' => $pesan)
        );
        return $diterima;
    }

    private function harusPost()
    {
        if (!Yii::app()->request->isPostRequest) throw new CHttpException(400, 'Permintaan tidak valid');
    }

    private function catat($method, Exception $e)
    {
        Yii::log("{$method}: {$e->getMessage()}", CLogger::LEVEL_ERROR, 'application.satusehat');
    }

    private function jawab($isi)
    {
        header('Content-Type: application/json');
        echo CJSON::encode($isi);
    }
}
