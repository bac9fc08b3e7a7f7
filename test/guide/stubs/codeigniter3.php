<?php
/**
 * A STAND-IN, not CodeIgniter: the few things of CodeIgniter 3 that examples/php/codeigniter3 uses, with the names
 * and behaviours of its user guide, so that the example runs here. What it was asked to log and to store is kept in
 * `CI_Stand_In` for the test to see.
 */
define('BASEPATH', __DIR__ . '/');
define('APPPATH', dirname(__DIR__, 3) . '/examples/php/codeigniter3/application/');

class CI_Stand_In
{
    public static $logged = [];
    public static $updated = [];
    public static $rawInput = '';
}

function &get_instance()
{
    return CI_Controller::get_instance();
}

function log_message($level, $message)
{
    CI_Stand_In::$logged[] = [$level, $message];
}

class CI_Config
{
    private $config = [];

    public function load($file)
    {
        $config = [];
        require APPPATH . "config/{$file}.php";
        $this->config = $config + $this->config;
        return true;
    }

    public function item($item)
    {
        return $this->config[$item] ?? null;
    }
}

class CI_Input
{
    public $raw_input_stream;

    public function __construct()
    {
        $this->raw_input_stream = CI_Stand_In::$rawInput;
    }

    public function post($index)
    {
        return $_POST[$index] ?? null;
    }
}

class CI_Output
{
    public $mime_type;
    public $final_output;

    public function set_content_type($mime_type)
    {
        $this->mime_type = $mime_type;
        return $this;
    }

    public function set_output($output)
    {
        $this->final_output = $output;
        return $this;
    }
}

class CI_DB
{
    private $where = [];

    public function where($key, $value)
    {
        $this->where[$key] = $value;
        return $this;
    }

    public function update($table, $set)
    {
        CI_Stand_In::$updated[] = ['table' => $table, 'where' => $this->where, 'set' => $set];
        $this->where = [];
        return true;
    }
}

class CI_Loader
{
    public function database()
    {
        get_instance()->db = new CI_DB();
    }

    public function library($library)
    {
        $class = ucfirst($library);
        require_once APPPATH . "libraries/{$class}.php";
        get_instance()->$library = new $class();
        return $this;
    }
}

#[AllowDynamicProperties]
class CI_Controller
{
    private static $instance;
    public $config;
    public $input;
    public $output;
    public $load;

    public function __construct()
    {
        self::$instance =& $this;
        $this->config = new CI_Config();
        $this->input = new CI_Input();
        $this->output = new CI_Output();
        $this->load = new CI_Loader();
    }

    public static function &get_instance()
    {
        return self::$instance;
    }
}
