<?php
/**
 * Klien SATUSEHAT Service dengan cURL, untuk PHP 7.4 atau lebih baru.
 * Salin berkas ini ke aplikasi klinik; cara pakainya ada di kirim.php.
 */

/** Pesannya untuk ditampilkan; getCode() adalah status HTTP, 0 bila layanan tidak menjawab. */
class SatusehatException extends Exception
{
    /** Jawaban layanan: code, message, remedy, details, log_id. Program memutuskan dari code. */
    public $jawaban;

    public function __construct($message, $status = 0, array $jawaban = [])
    {
        parent::__construct($message, $status);
        $this->jawaban = $jawaban;
    }
}

class SatusehatClient
{
    private $baseUrl;
    private $clinicCode;
    private $clinicSecret;

    public function __construct($baseUrl, $clinicCode, $clinicSecret)
    {
        if (!$baseUrl || !$clinicCode || !$clinicSecret) {
            throw new InvalidArgumentException('SATUSEHAT_BASE_URL, CLINIC_CODE dan CLINIC_SECRET belum diisi.');
        }
        $this->baseUrl = rtrim($baseUrl, '/');
        $this->clinicCode = $clinicCode;
        $this->clinicSecret = $clinicSecret;
    }

    /** Kunjungan. Simpan encounter_id dan pasien_id dari jawabannya; bila status "queued", simpan log_id. */
    public function kirimEncounter($data, $kunci = null)
    {
        return $this->sendRequest('/api/encounter', $data, 'POST', $kunci);
    }

    /** Diagnosis. encounter_id boleh diisi log_id kunjungan yang masih "queued". */
    public function kirimDiagnosis($data, $kunci = null)
    {
        return $this->sendRequest('/api/diagnosis', $data, 'POST', $kunci);
    }

    public function kirimObservation($data, $kunci = null)
    {
        return $this->sendRequest('/api/observation', $data, 'POST', $kunci);
    }

    public function kirimProcedure($data, $kunci = null)
    {
        return $this->sendRequest('/api/procedure', $data, 'POST', $kunci);
    }

    public function getPatientId($nik)
    {
        return $this->sendRequest('/api/satusehat/get-patient-id', ['nik' => $nik]);
    }

    /** SIP dan STR dikenal setelah registerPractitioner. */
    public function getPractitionerId($nik, $sip = null, $str = null)
    {
        $data = ['nik' => $nik];
        if ($sip) $data['sip'] = $sip;
        if ($str) $data['str'] = $str;
        return $this->sendRequest('/api/satusehat/get-practitioner-id', $data);
    }

    public function getHealthcareServiceId($kodePoli)
    {
        return $this->sendRequest('/api/satusehat/get-healthcare-service-id', ['kode_poli' => $kodePoli]);
    }

    public function registerPatient($data)
    {
        return $this->sendRequest('/api/satusehat/register-patient', $data);
    }

    public function registerPractitioner($data)
    {
        return $this->sendRequest('/api/satusehat/register-practitioner', $data);
    }

    /** $kunci: dari aplikasi Anda, satu untuk setiap kiriman; dengannya data yang sama boleh berarti dua kiriman. */
    // [kirim]
    private function sendRequest($endpoint, $data, $method = 'POST', $kunci = null)
    {
        $headers = [
            'X-Clinic-Code: ' . $this->clinicCode,
            'X-Clinic-Secret: ' . $this->clinicSecret,
            'Content-Type: application/json',
        ];
        if ($kunci !== null) $headers[] = 'Idempotency-Key: ' . $kunci;
        $ch = curl_init($this->baseUrl . $endpoint);
        curl_setopt_array($ch, [
            CURLOPT_CUSTOMREQUEST => $method,
            // Teks yang bukan UTF-8 berhenti di sini sebagai JsonException, bukan terkirim kosong.
            CURLOPT_POSTFIELDS => json_encode($data, JSON_THROW_ON_ERROR),
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 60,
            CURLOPT_SSL_VERIFYPEER => true,
            CURLOPT_SSL_VERIFYHOST => 2,
        ]);
        $isi = curl_exec($ch);
        if ($isi === false) {
            throw new SatusehatException('Layanan SATUSEHAT tidak menjawab: ' . curl_error($ch));
        }

        $status = curl_getinfo($ch, CURLINFO_HTTP_CODE);
        $jawaban = json_decode($isi, true);
        // Gerbang di jalan juga menjawab, kadang dengan JSON, tetapi tanpa ini.
        if ($status >= 300 && $status < 400 || !isset($jawaban[$status < 300 ? 'status' : 'message'])) {
            $pesan = "Bukan jawaban layanan (HTTP {$status}). Kirim lagi data yang sama; bila tetap, periksa alamatnya.";
            throw new SatusehatException($pesan, $status);
        }
        if ($status >= 400) {
            $pesan = trim($jawaban['message'] . ' ' . ($jawaban['remedy'] ?? ''));
            throw new SatusehatException($pesan, $status, $jawaban);
        }
        return $jawaban;
    }
    // [/kirim]
}
