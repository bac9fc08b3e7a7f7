<?php
require __DIR__ . '/driver.php';
require dirname(__DIR__) . '/stubs/codeigniter3.php';
require APPPATH . 'controllers/Kunjungan.php';

CI_Stand_In::$rawInput = $asked['raw'] ?? '';
$controller = new Kunjungan();
if (isset($asked['method'])) {
    say(outcome(function () use ($controller, $asked) {
        return $controller->satusehat_lib->{$asked['method']}(...$asked['args']);
    }));
} else {
    $controller->{$asked['action']}();
    say([
        'shown' => json_decode($controller->output->final_output, true),
        'logged' => CI_Stand_In::$logged,
        'kept' => array_map(function ($update) {
            return $update['where'] + $update['set'];
        }, CI_Stand_In::$updated),
    ]);
}
