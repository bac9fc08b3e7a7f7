<?php
/**
 * SATUSEHAT Service untuk Yii 1, PHP 7.4 atau lebih baru, tanpa ekstensi curl.
 * Melempar Exception: pesannya untuk ditampilkan, getCode() adalah status HTTP, 0 bila layanan tidak menjawab.
 */
// Bukan CComponent: Yii memanggil init() pada setiap komponen aplikasi.
class SatusehatComponent extends CApplicationComponent
{
    public $baseUrl;
    public $clinicCode;
    public $clinicSecret;

    /** Kunjungan. Simpan encounter_id dan pasien_id dari jawabannya; bila status "queued", simpan log_id. */
    public function kirimEncounter($data)
    {
        return $this->sendRequest('/api/encounter', $data);
    }

    /** Diagnosis. encounter_id boleh diisi log_id kunjungan yang masih "queued". */
    public function kirimDiagnosis($data)
    {
        return $this->sendRequest('/api/diagnosis', $data);
    }

    public function kirimObservation($data)
    {
        return $this->sendRequest('/api/observation', $data);
    }

    public function kirimProcedure($data)
    {
        return $this->sendRequest('/api/procedure', $data);
    }

    public function getPatientId($nik)
    {
        return $this->sendRequest('/api/satusehat/get-patient-id', array('nik' => $nik));
    }

    /** SIP dan STR dikenal setelah registerPractitioner. */
    public function getPractitionerId($nik, $sip = null, $str = null)
    {
        $data = array('nik' => $nik);
        if ($sip) $data['sip'] = $sip;
        if ($str) $data['str'] = $str;
        return $this->sendRequest('/api/satusehat/get-practitioner-id', $data);
    }

    public function getHealthcareServiceId($kodePoli)
    {
        return $this->sendRequest('/api/satusehat/get-healthcare-service-id', array('kode_poli' => $kodePoli));
    }

    public function registerPatient($data)
    {
        return $this->sendRequest('/api/satusehat/register-patient', $data);
    }

    public function registerPractitioner($data)
    {
        return $this->sendRequest('/api/satusehat/register-practitioner', $data);
    }

    private function sendRequest($endpoint, $data, $method = 'POST')
    {
        $context = stream_context_create(array(
            'http' => array(
                'method' => $method,
                'header' => array(
                    'X-Clinic-Code: ' . $this->clinicCode,
                    'X-Clinic-Secret: ' . $this->clinicSecret,
                    'Content-Type: application/json',
                ),
                // Teks yang bukan UTF-8 berhenti di sini sebagai JsonException, bukan terkirim kosong.
                'content' => json_encode($data, JSON_THROW_ON_ERROR),
                'timeout' => 60,
                // Isi jawaban dibaca juga pada HTTP >= 400: di situ ada pesan untuk klinik.
                'ignore_errors' => true,
                // Rahasia klinik tidak ikut ke alamat lain.
                'follow_location' => 0,
            ),
            'ssl' => array('verify_peer' => true, 'verify_peer_name' => true),
        ));
        $stream = @fopen(rtrim($this->baseUrl, '/') . $endpoint, 'r', false, $context);
        if ($stream === false) {
            throw new Exception('Layanan SATUSEHAT tidak menjawab. Periksa alamat dan jaringannya.');
        }
        $isi = stream_get_contents($stream);
        $meta = stream_get_meta_data($stream);
        fclose($stream);
        if ($meta['timed_out']) {
            throw new Exception('Layanan SATUSEHAT tidak menjawab dalam 60 detik.');
        }

        // Baris pertama: HTTP/1.1 200 OK
        $status = (int) explode(' ', $meta['wrapper_data'][0])[1];
        $jawaban = json_decode($isi, true);
        // Gerbang di jalan juga menjawab, kadang dengan JSON, tetapi tanpa ini.
        if ($status >= 300 && $status < 400 || !isset($jawaban[$status < 300 ? 'status' : 'message'])) {
            throw new Exception(
                "Bukan jawaban layanan (HTTP {$status}). Kirim lagi data yang sama; bila tetap, periksa alamatnya.",
                $status
            );
        }
        if ($status >= 400) {
            throw new Exception(trim($jawaban['message'] . ' ' . ($jawaban['remedy'] ?? '')), $status);
        }
        return $jawaban;
    }
}
