<?php
// php kirim.php kunjungan.json
require __DIR__ . '/SatusehatClient.php';

// Rahasia klinik tidak pernah ditulis di kode.
$client = new SatusehatClient(getenv('SATUSEHAT_BASE_URL'), getenv('CLINIC_CODE'), getenv('CLINIC_SECRET'));

try {
    $kunjungan = $client->kirimEncounter(json_decode(file_get_contents($argv[1]), true));
    // "queued": sudah disimpan layanan dan akan dikirim sendiri; log_id menggantikan encounter_id.
    echo $kunjungan['status'], ' ', $kunjungan['encounter_id'] ?? $kunjungan['log_id'], "\n";
    foreach ($kunjungan['data']['peringatan'] ?? [] as $peringatan) {
        echo "Perhatikan: {$peringatan}\n";
    }
} catch (SatusehatException $e) {
    echo $e->jawaban['code'] ?? 'GAGAL', "\n", $e->getMessage(), "\n";
    exit(1);
}
