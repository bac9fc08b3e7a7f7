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
if ($answer === null) fail('Tidak ada jawaban: ' . curl_error($ch));
if ($answer['status'] === 'error') fail("{$answer['code']}: {$answer['message']} {$answer['remedy']}");
echo $answer['status'], ' ', $answer['encounter_id'] ?? $answer['log_id'], "\n";

function fail(string $why)
{
    fwrite(STDERR, $why . "\n");
    exit(1);
}
