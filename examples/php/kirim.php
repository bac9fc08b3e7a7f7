<?php
$ch = curl_init(getenv('SATUSEHAT_BASE_URL') . '/api/encounter');
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
if ($answer === null) exit('Tidak ada jawaban: ' . curl_error($ch) . "\n");
echo $answer['status'], ' ', $answer['encounter_id'] ?? $answer['log_id'] ?? $answer['code'], "\n";
echo $answer['message'], "\n";
