<?php
// php kunjungan.php baris.json: satu kunjungan dari basis data klinik, sebagai JSON dengan no_registrasi, nik_pasien,
// tanggal_kunjungan, tanggal_selesai, poli dan dokter. Boleh dijalankan lagi kapan saja.
require __DIR__ . '/SatusehatClient.php';

$client = new SatusehatClient(getenv('SATUSEHAT_BASE_URL'), getenv('CLINIC_CODE'), getenv('CLINIC_SECRET'));
$baris = json_decode(file_get_contents($argv[1]), true);

try {
    $jawaban = $client->kirimEncounter([
        // Nomor klinik sendiri: kunjungan yang diketik dua kali dikenali.
        'no_registrasi' => $baris['no_registrasi'],
        'nik_pasien' => $baris['nik_pasien'],
        'tanggal_kunjungan' => $baris['tanggal_kunjungan'],
        // Yang tercatat, atau kosong bila belum selesai; bukan date('c'), yang lain pada setiap percobaan.
        'tanggal_selesai' => $baris['tanggal_selesai'] ?? null,
        'jenis_layanan' => '101',
        'jenis_kunjungan' => '1',
        'poli' => $baris['poli'],
        'dokter' => $baris['dokter'],
    ]);
    // Simpan di baris itu. "queued": sudah disimpan layanan; log_id menggantikan encounter_id.
    echo $jawaban['status'], ' ', $jawaban['log_id'], "\n";
} catch (SatusehatException $e) {
    $code = $e->jawaban['code'] ?? null;
    // Tanpa code bukan layanan yang menjawab: tidak diketahui apakah data sudah sampai.
    $nanti = $code === null || $e->getCode() === 429 || $e->getCode() >= 500;
    echo $nanti ? 'kirim lagi nanti' : "perbaiki ({$code})", ': ', $e->getMessage(), "\n";
    foreach ($e->jawaban['details']['fields'] ?? [] as $field) {
        echo "- {$field['field']}: {$field['message']}\n";
    }
    exit(1);
}
