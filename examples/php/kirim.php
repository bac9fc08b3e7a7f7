<?php
if (!getenv('SATUSEHAT_BASE_URL')) fail('SATUSEHAT_BASE_URL, CLINIC_CODE dan CLINIC_SECRET belum diisi.');
$ch = curl_init(rtrim(getenv('SATUSEHAT_BASE_URL'), '/') . '/api/encounter');
curl_setopt_array($ch, [
    CURLOPT_POSTFIELDS => file_get_contents($argv[1]),
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 60,
    CURLOPT_HTTPHEADER => [
        'X-Clinic-Code: ' . getenv('CLINIC_CODE'),
        'X-Clinic-Secret: ' . getenv('CLINIC_SECRET'),
        'Content-Type: application/json',
    ],
]);
$answer = json_decode((string) curl_exec($ch), true);
$status = $answer['status'] ?? '';
if ($status === 'error') fail("{$answer['code']}: {$answer['message']} {$answer['remedy']}");
if ($status !== 'success' && $status !== 'queued') {
    $http = curl_getinfo($ch, CURLINFO_HTTP_CODE);
    fail("Layanan tidak menjawab dengan benar (HTTP {$http}). Kirim lagi data yang sama. " . curl_error($ch));
}
echo $status, ' ', $answer['encounter_id'] ?? $answer['log_id'], "\n";

function fail(string $why)
{
    fwrite(STDERR, $why . "\n");
    exit(1);
}
