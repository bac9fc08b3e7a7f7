<?php
require __DIR__ . '/driver.php';
require dirname(__DIR__) . '/stubs/yii1.php';

Yii::createWebApplication(EXAMPLES . '/yii1/protected/config/main.php');
if (isset($asked['method'])) {
    say(outcome(function () use ($asked) {
        return Yii::app()->satusehat->{$asked['method']}(...$asked['args']);
    }));
} else {
    require EXAMPLES . '/yii1/protected/controllers/KunjunganController.php';
    Yii::app()->request->rawBody = $asked['raw'] ?? '';
    Yii::app()->request->isPostRequest = $asked['post'] ?? true;
    $controller = new KunjunganController();
    ob_start();
    try {
        $controller->{$asked['action']}();
        $shown = json_decode(ob_get_clean(), true);
    } catch (CHttpException $refused) {
        ob_end_clean();
        $shown = ['refused' => $refused->statusCode];
    }
    say(['shown' => $shown, 'logged' => Yii::$logged, 'kept' => Yii::$saved]);
}
