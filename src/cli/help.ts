/** What `satusehat --help` says, in both languages. */

export const indonesian = `satusehat — SATUSEHAT Service untuk klinik

Pemakaian:
  satusehat serve --sandbox [--port 8787] [--platform-port 8788] [--data DIR]
      Menjalankan layanan di atas platform tiruan, hanya di komputer ini, dengan klinik
      dari panduan (KLINIK-001). Tanpa --data, datanya sementara.

  satusehat serve --sandbox [--port 0] [--platform-port 0] [--data DIR] -- PERINTAH…
      Menjalankan PERINTAH di sampingnya dan berhenti bersamanya, dengan kode keluarnya. PERINTAH
      mendapat SATUSEHAT_BASE_URL, CLINIC_CODE dan CLINIC_SECRET, dan bila menjalankan layanan
      sendiri juga SATUSEHAT_ENV, SATUSEHAT_CLIENT_ID, SATUSEHAT_CLIENT_SECRET,
      SATUSEHAT_ORGANIZATION_ID, SATUSEHAT_STORE dan SATUSEHAT_ENCRYPTION_KEY.

  satusehat init
      Menanyakan yang perlu, lalu menulis satusehat.config.json dan satusehat.env (rahasia). Perintah
      lain membaca keduanya otomatis: di folder kerja, atau satusehat.env di samping --config.

  satusehat doctor [--config BERKAS] [--data ./data]
      Memeriksa konfigurasi, kunci, port, penyimpanan, jam, kredensial, organisasi, setiap poli dan
      dokter, dan mengatakan apa yang perlu dilakukan. Tidak mengirim dan tidak membuat apa pun.

  satusehat serve [--config BERKAS] [--port 8787] [--host 127.0.0.1] [--data ./data]
      Menjalankan layanan. Konfigurasi dari satusehat.config.{ts,mjs,js,json} bila ada, lalu
      satusehat.env, variabel lingkungan, dan opsi; yang belakangan menang. Untuk satu klinik cukup
      variabel: CLINIC_CODE, CLINIC_SECRET, SATUSEHAT_ENV (staging, production atau URL),
      SATUSEHAT_CLIENT_ID, SATUSEHAT_CLIENT_SECRET, SATUSEHAT_ORGANIZATION_ID,
      SATUSEHAT_ENCRYPTION_KEY (64 digit heksadesimal; none: tanpa segel),
      SATUSEHAT_ENCRYPTION_KEY_PREVIOUS dan _NEXT (kunci lama dan baru, selama kunci diganti),
      CLINIC_TIMEZONE (Asia/Jakarta), SATUSEHAT_STORE (sqlite:BERKAS atau
      postgres://PENGGUNA:SANDI@HOST/BASISDATA, sebagai ganti --data),
      SATUSEHAT_DASHBOARD_PASSWORD (dari satusehat password; tanpa itu, klinik masuk ke
      /dashboard dengan kode dan rahasianya sendiri), SATUSEHAT_METRICS_TOKEN, SATUSEHAT_LOG_LEVEL
      (info, warn, error atau silent).

  satusehat klinik add BERKAS.json | list | rotate KODE | retire KODE | disable KODE | enable KODE
      Klinik di penyimpanan (--data atau SATUSEHAT_STORE), untuk layanan dengan clinics: 'store';
      berlaku segera, juga selagi layanan jalan. rotate membuat rahasia baru; yang lama tetap
      berlaku sampai retire.

  satusehat kirim BERKAS [--columns PETA.json] [--encoding utf-8] [--concurrency 8] [--fresh]
      Mengirim kunjungan dari BERKAS ke layanan: NDJSON (satu kunjungan per baris), JSON, atau CSV,
      dengan alamat dan kredensial dari SATUSEHAT_BASE_URL (atau --url), CLINIC_CODE dan
      CLINIC_SECRET. Judul kolom CSV adalah nama field, misalnya nik_pasien atau
      pemeriksaan_fisik.tanda_vital.suhu; judul lain dipetakan dengan --columns.
      Berkas dari Excel lama: --encoding windows-1252.
      Bila terputus, jalankan lagi: yang sudah diterima tidak dikirim dua kali.
      Kemajuannya di BERKAS.progress.json (--progress), yang gagal di BERKAS.failed.ndjson
      (--report).

  satusehat status [LOG_ID]
      Keadaan satu kiriman, atau 20 kiriman terbaru.

  satusehat resend LOG_ID
      Mengirim ulang satu kiriman yang gagal.

  satusehat password
      Menanyakan sandi pengelola dasbor dan mencetak hash-nya, untuk SATUSEHAT_DASHBOARD_PASSWORD.

  satusehat backup BERKAS [--data ./data]
      Menyalin penyimpanan (--data atau SATUSEHAT_STORE) ke BERKAS baru, selagi layanan jalan.
      BERKAS adalah penyimpanan juga: pakai dengan SATUSEHAT_STORE=sqlite:BERKAS, atau
      pindahkan dengan migrate.

  satusehat migrate --from ASAL --to TUJUAN
      Memindahkan penyimpanan, misalnya --from sqlite:./data/satusehat.db --to postgres://…
      Hentikan layanan dulu. Bila terputus, ulangi. Sandi boleh di PGPASSWORD.

  satusehat sandbox [--port 8788] [--persist FILE] [-- PERINTAH…]
      Menjalankan platform tiruan saja. Dengan --persist isinya disimpan di FILE dan dibaca
      lagi saat dimulai. PERINTAH dijalankan di sampingnya seperti di atas, tanpa layanan.

  satusehat --help [--en]

Dengan --json setiap perintah menulis hasilnya sebagai satu objek JSON, dan kesalahan sebagai satu
objek di baris terakhir stderr: {"error": {"code", "message", "remedy"}}.
Port 0 berarti port bebas mana saja. Kode keluar: 0 selesai, 1 gagal atau ada yang gagal, 2 salah pemakaian.
`;

export const english = `satusehat — SATUSEHAT Service for clinics

Usage:
  satusehat serve --sandbox [--port 8787] [--platform-port 8788] [--data DIR]
      Runs the service on the emulated platform, on this machine alone, with the guide's clinic
      (KLINIK-001). Without --data it keeps nothing.

  satusehat serve --sandbox [--port 0] [--platform-port 0] [--data DIR] -- COMMAND…
      Runs COMMAND beside it and ends with it, with its exit code. COMMAND gets
      SATUSEHAT_BASE_URL, CLINIC_CODE and CLINIC_SECRET, and for a service that it hosts itself
      SATUSEHAT_ENV, SATUSEHAT_CLIENT_ID, SATUSEHAT_CLIENT_SECRET, SATUSEHAT_ORGANIZATION_ID,
      SATUSEHAT_STORE and SATUSEHAT_ENCRYPTION_KEY.

  satusehat init
      Asks what is needed, then writes satusehat.config.json and satusehat.env (secrets). Other
      commands read both by themselves: in the working folder, or satusehat.env beside --config.

  satusehat doctor [--config FILE] [--data ./data]
      Looks at configuration, key, port, store, clock, credentials, organizations, each poli and
      doctor, and says what to do. Sends nothing and makes nothing.

  satusehat serve [--config FILE] [--port 8787] [--host 127.0.0.1] [--data ./data]
      Runs the service. Configuration from satusehat.config.{ts,mjs,js,json} if there is one, over
      it satusehat.env, the environment, and the flags, each over the one before. For one clinic the
      environment is enough: CLINIC_CODE, CLINIC_SECRET, SATUSEHAT_ENV (staging, production or a URL),
      SATUSEHAT_CLIENT_ID, SATUSEHAT_CLIENT_SECRET, SATUSEHAT_ORGANIZATION_ID,
      SATUSEHAT_ENCRYPTION_KEY (64 hex digits; none: unsealed),
      SATUSEHAT_ENCRYPTION_KEY_PREVIOUS and _NEXT (old and new key, while it is changed),
      CLINIC_TIMEZONE (Asia/Jakarta), SATUSEHAT_STORE (sqlite:FILE or
      postgres://USER:PASSWORD@HOST/DATABASE, instead of --data),
      SATUSEHAT_DASHBOARD_PASSWORD (from satusehat password; without it clinics sign in to
      /dashboard with their own code and secret), SATUSEHAT_METRICS_TOKEN, SATUSEHAT_LOG_LEVEL (info,
      warn, error or silent).

  satusehat klinik add FILE.json | list | rotate CODE | retire CODE | disable CODE | enable CODE
      Clinics in the store (--data or SATUSEHAT_STORE), for a service with clinics: 'store'; counts
      at once, also while the service runs. rotate makes a new secret; the old one is valid until
      retire.

  satusehat kirim FILE [--columns MAP.json] [--encoding utf-8] [--concurrency 8] [--fresh]
      Sends visits from FILE to a service: NDJSON (a visit a line), JSON or CSV, with address and
      credentials from SATUSEHAT_BASE_URL (or --url), CLINIC_CODE and CLINIC_SECRET. Titles of a
      CSV are field names, e.g. nik_pasien or pemeriksaan_fisik.tanda_vital.suhu; others are mapped
      with --columns. A file of an old Excel: --encoding windows-1252. Broken off, it is run
      again: what was accepted is not sent twice. Its progress is in FILE.progress.json
      (--progress), what failed in FILE.failed.ndjson (--report).

  satusehat status [LOG_ID]
      What became of one submission, or the 20 newest.

  satusehat resend LOG_ID
      Sends one again that has failed.

  satusehat password
      Asks for the operator's password of the dashboard and prints its hash, for
      SATUSEHAT_DASHBOARD_PASSWORD.

  satusehat backup FILE [--data ./data]
      Copies the store (--data or SATUSEHAT_STORE) into a new FILE while the service runs. FILE is a
      store itself: use it with SATUSEHAT_STORE=sqlite:FILE, or move it with migrate.

  satusehat migrate --from FROM --to TO
      Moves the store, e.g. --from sqlite:./data/satusehat.db --to postgres://… Stop the service
      first. Broken off, run it again. The password may be in PGPASSWORD.

  satusehat sandbox [--port 8788] [--persist FILE] [-- COMMAND…]
      Runs the emulated platform alone. With --persist its state is kept in FILE. COMMAND runs
      beside it as above, without a service.

  satusehat --help [--en]

With --json each command writes its result as one JSON object, and a mistake as one object on
the last line of stderr: {"error": {"code", "message", "remedy"}}.
Port 0 is any free port. Exit codes: 0 done, 1 failed or something failed, 2 wrong usage.
`;
