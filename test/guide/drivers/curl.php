<?php
require __DIR__ . '/driver.php';
require EXAMPLES . '/curl/SatusehatClient.php';

$client = new SatusehatClient(getenv('SATUSEHAT_BASE_URL'), getenv('CLINIC_CODE'), getenv('CLINIC_SECRET'));
say(outcome(function () use ($client, $asked) {
    return $client->{$asked['method']}(...$asked['args']);
}));
