<?php
/**
 * What the three drivers share. One JSON object comes in on stdin: `method` and `args` of the class, or `action`
 * and `input` of the controller, as text; one goes out. A notice or a warning of PHP is a failure, as in a test.
 */
error_reporting(E_ALL);
set_error_handler(function ($level, $message, $file, $line) {
    if (!(error_reporting() & $level)) return false;
    throw new ErrorException($message, 0, $level, $file, $line);
});

const EXAMPLES = __DIR__ . '/../../../examples/php';

$asked = json_decode(stream_get_contents(STDIN), true);
// A form field is what a browser posts; anything else is the raw body.
if (isset($asked['form'])) $_POST = $asked['form'];

function say($answer)
{
    echo json_encode($answer), "\n";
}

/** What a call gave back or threw. */
function outcome(callable $call)
{
    try {
        return ['answer' => $call()];
    } catch (Error | ErrorException $broken) {
        throw $broken;
    } catch (Exception $thrown) {
        return ['error' => $thrown->getMessage(), 'code' => $thrown->jawaban['code'] ?? null];
    }
}
