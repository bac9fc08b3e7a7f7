<?php
defined('BASEPATH') or exit;

/**
 * SATUSEHAT Service untuk CodeIgniter 3, PHP 7.4 atau lebih baru.
 * Tidak melempar: kegagalan dijawab ['status' => 'error', 'message' => …, 'code' => …, 'response' => …].
 */
class Satusehat_lib
{
    private $base_url;
    private $clinic_code;
    private $clinic_secret;

    public function __construct()
    {
        $ci =& get_instance();
        $ci->config->load('satusehat');
        $this->base_url = rtrim($ci->config->item('satusehat_base_url'), '/');
        $this->clinic_code = $ci->config->item('satusehat_clinic_code');
        $this->clinic_secret = $ci->config->item('satusehat_clinic_secret');
    }

    /** Kunjungan. Simpan encounter_id dan pasien_id dari jawabannya; bila status "queued", simpan log_id. */
    public function kirimEncounter($data)
    {
        return $this->_request('/api/encounter', $data);
    }

    /** Diagnosis. encounter_id boleh diisi log_id kunjungan yang masih "queued". */
    public function kirimDiagnosis($data)
    {
        return $this->_request('/api/diagnosis', $data);
    }

    public function kirimObservation($data)
    {
        return $this->_request('/api/observation', $data);
    }

    public function kirimProcedure($data)
    {
        return $this->_request('/api/procedure', $data);
    }

    public function getPatientId($nik)
    {
        return $this->_request('/api/satusehat/get-patient-id', ['nik' => $nik]);
    }

    /** SIP dan STR dikenal setelah registerPractitioner. */
    public function getPractitionerId($nik, $sip = null, $str = null)
    {
        $data = ['nik' => $nik];
        if ($sip) $data['sip'] = $sip;
        if ($str) $data['str'] = $str;
        return $this->_request('/api/satusehat/get-practitioner-id', $data);
    }

    public function getHealthcareServiceId($kodePoli)
    {
        return $this->_request('/api/satusehat/get-healthcare-service-id', ['kode_poli' => $kodePoli]);
    }

    public function registerPatient($data)
    {
        return $this->_request('/api/satusehat/register-patient', $data);
    }

    public function registerPractitioner($data)
    {
        return $this->_request('/api/satusehat/register-practitioner', $data);
    }

    private function _request($endpoint, $data, $method = 'POST')
    {
        $json = json_encode($data);
        if ($json === false) {
            return $this->_gagal('Data bukan UTF-8: ' . json_last_error_msg());
        }
        $ch = curl_init();
        curl_setopt_array($ch, [
            CURLOPT_URL => $this->base_url . $endpoint,
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_POSTFIELDS => $json,
            CURLOPT_HTTPHEADER => [
                'X-Clinic-Code: ' . $this->clinic_code,
                'X-Clinic-Secret: ' . $this->clinic_secret,
                'Content-Type: application/json',
            ],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 60,
            CURLOPT_SSL_VERIFYPEER => true,
            CURLOPT_SSL_VERIFYHOST => 2,
        ]);
        $isi = curl_exec($ch);
        if ($isi === false) {
            return $this->_gagal('Layanan SATUSEHAT tidak menjawab: ' . curl_error($ch));
        }

        $http = curl_getinfo($ch, CURLINFO_HTTP_CODE);
        $jawaban = json_decode($isi, true);
        // Gerbang di jalan juga menjawab, kadang dengan JSON, tetapi tanpa ini.
        if ($http >= 300 && $http < 400 || !isset($jawaban[$http < 300 ? 'status' : 'message'])) {
            return $this->_gagal(
                "Bukan jawaban layanan (HTTP {$http}). Kirim lagi data yang sama; bila tetap, periksa alamatnya."
            );
        }
        if ($http >= 400) {
            $pesan = trim($jawaban['message'] . ' ' . ($jawaban['remedy'] ?? ''));
            return $this->_gagal($pesan, ['code' => $jawaban['code'] ?? null, 'response' => $isi]);
        }
        return $jawaban;
    }

    private function _gagal($pesan, $lain = [])
    {
        log_message('error', 'SATUSEHAT: ' . ($lain['code'] ?? '') . ' ' . $pesan);
        return ['status' => 'error', 'message' => $pesan] + $lain;
    }
}
