<?php
// Gabungkan dengan config/main.php aplikasi klinik.
return array(
    'basePath' => dirname(__DIR__),
    'name' => 'SIMKlinik',
    'import' => array(
        'application.models.*',
        'application.components.*',
    ),
    'components' => array(
        'satusehat' => array(
            'class' => 'application.components.SatusehatComponent',
            // Diisi dari lingkungan server; rahasia klinik tidak pernah ditulis di kode.
            'baseUrl' => getenv('SATUSEHAT_BASE_URL'),
            'clinicCode' => getenv('CLINIC_CODE'),
            'clinicSecret' => getenv('CLINIC_SECRET'),
        ),
    ),
);
