<?php
/**
 * A STAND-IN, not Yii: the few things of Yii 1.1 that examples/php/yii1 uses, with the names and behaviours of its
 * class reference, so that the example runs here. What it was asked to log and to save is kept in `Yii` for the test
 * to see.
 */
class CHttpException extends Exception
{
    public $statusCode;

    public function __construct($status, $message = null)
    {
        $this->statusCode = $status;
        parent::__construct((string) $message);
    }
}

class CLogger
{
    const LEVEL_ERROR = 'error';
}

class CJSON
{
    public static function encode($value)
    {
        return json_encode($value);
    }
}

abstract class CComponent
{
}

abstract class CApplicationComponent extends CComponent
{
    public $initialized = false;

    public function init()
    {
        $this->initialized = true;
    }
}

class CHttpRequest extends CApplicationComponent
{
    public $isPostRequest = true;
    public $rawBody = '';

    public function getRawBody()
    {
        return $this->rawBody;
    }

    public function getPost($name)
    {
        return $_POST[$name] ?? null;
    }
}

/** Makes a component at its first use, from its configuration, and calls its init(). */
class CWebApplication
{
    private $config;
    private $components = array();

    public function __construct($config)
    {
        $this->config = $config;
        $this->components['request'] = new CHttpRequest();
    }

    public function __get($id)
    {
        if (!isset($this->components[$id])) {
            $values = $this->config['components'][$id];
            require_once str_replace(array('application', '.'), array($this->config['basePath'], '/'), $values['class'])
                . '.php';
            $class = substr(strrchr($values['class'], '.'), 1);
            unset($values['class']);
            $component = new $class();
            foreach ($values as $name => $value) $component->$name = $value;
            $component->init();
            $this->components[$id] = $component;
        }
        return $this->components[$id];
    }
}

class Yii
{
    public static $logged = array();
    public static $saved = array();
    private static $app;

    public static function createWebApplication($config)
    {
        return self::$app = new CWebApplication(require $config);
    }

    public static function app()
    {
        return self::$app;
    }

    public static function log($message, $level, $category)
    {
        self::$logged[] = array($level, $message);
    }
}

class CController extends CComponent
{
}

/** A generated application has it in protected/components. */
class Controller extends CController
{
}

/** The clinic's table of patients, in which everybody is. */
class Pasien
{
    public $nik;
    public $sync_status;

    public static function model()
    {
        return new self();
    }

    public function findByAttributes($attributes)
    {
        $this->nik = $attributes['nik'];
        return $this;
    }

    public function save()
    {
        Yii::$saved[] = array('nik' => $this->nik, 'sync_status' => $this->sync_status);
        return true;
    }
}
