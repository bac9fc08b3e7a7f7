<?php
defined('BASEPATH') or exit;

// Diisi dari lingkungan server; rahasia klinik tidak pernah ditulis di kode.
$config['satusehat_base_url'] = getenv('SATUSEHAT_BASE_URL');
$config['satusehat_clinic_code'] = getenv('CLINIC_CODE');
$config['satusehat_clinic_secret'] = getenv('CLINIC_SECRET');
