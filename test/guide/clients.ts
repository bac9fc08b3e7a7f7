/** The guide's four clients, called alike: three through a php process, one in this one. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
// @ts-expect-error a plain script
import { SatusehatClient } from '../../examples/browser/guide-client.js';

// biome-ignore lint/suspicious/noExplicitAny: answers are read as the guide's clients read them, without types
export type Body = any;

export const methods = {
  kirimEncounter: '/api/encounter',
  kirimDiagnosis: '/api/diagnosis',
  kirimObservation: '/api/observation',
  kirimProcedure: '/api/procedure',
  getPatientId: '/api/satusehat/get-patient-id',
  getPractitionerId: '/api/satusehat/get-practitioner-id',
  getHealthcareServiceId: '/api/satusehat/get-healthcare-service-id',
  registerPatient: '/api/satusehat/register-patient',
  registerPractitioner: '/api/satusehat/register-practitioner',
} as const;
export type Method = keyof typeof methods;

/** Where a client sends, and as whom. */
export interface Account {
  url: string;
  clinicCode: string;
  clinicSecret: string;
}

/** What a method gave back, or the words and the code it failed with. */
export type Outcome = { answer: Body } | { error: string; code: string | null };

export interface GuideClient {
  name: string;
  php: boolean;
  /** Whether its failure carries the code beside the words. */
  tellsCode: boolean;
  call(account: Account, method: Method, ...args: unknown[]): Promise<Outcome>;
}

/** What a controller showed, wrote into its log and kept in its own database. */
export interface Shown {
  shown: Body;
  logged: [level: string, message: string][];
  kept: Body[];
}

export interface GuideController {
  name: string;
  actions: { encounter: string; diagnosis: string; observation: string; procedure: string; patient: string };
  /** An action, with what the clinic's page posts: JSON, or for `patient` a form. */
  act(account: Account, action: keyof GuideController['actions'], input: Body): Promise<Shown>;
  /** Anything else the driver takes. */
  ask(account: Account, question: Body): Promise<Shown>;
}

const curl: GuideClient = {
  name: 'PHP cURL',
  php: true,
  tellsCode: true,
  call: (account, method, ...args) => drive('curl', account, { method, args }),
};

const codeigniter: GuideClient = {
  name: 'CodeIgniter 3',
  php: true,
  tellsCode: true,
  async call(account, method, ...args) {
    const { answer } = await drive('codeigniter3', account, { method, args });
    // This one does not throw: its caller looks at the status.
    return answer.status === 'error' ? { error: answer.message, code: answer.code ?? null } : { answer };
  },
};

const yii: GuideClient = {
  name: 'Yii 1',
  php: true,
  tellsCode: false,
  call: (account, method, ...args) => drive('yii1', account, { method, args }),
};

const javascript: GuideClient = {
  name: 'JavaScript',
  php: false,
  tellsCode: true,
  call: ({ url, clinicCode, clinicSecret }, method, ...args) =>
    new SatusehatClient(url, clinicCode, clinicSecret)[method](...args).then(
      (answer: Body) => ({ answer }),
      (error: Error) => ({
        error: error.message,
        code: (error.cause as { code?: string } | undefined)?.code ?? null,
      }),
    ),
};

export const guideClients = [curl, codeigniter, yii, javascript];

export const guideControllers = [
  controller('CodeIgniter 3', 'codeigniter3', {
    encounter: 'kirim_encounter',
    diagnosis: 'kirim_diagnosis',
    observation: 'kirim_observasi',
    procedure: 'kirim_procedure',
    patient: 'cek_pasien',
  }),
  controller('Yii 1', 'yii1', {
    encounter: 'actionKirimEncounter',
    diagnosis: 'actionKirimDiagnosis',
    observation: 'actionKirimObservation',
    procedure: 'actionKirimProcedure',
    patient: 'actionCekPasien',
  }),
];

function controller(name: string, driver: string, actions: GuideController['actions']): GuideController {
  return {
    name,
    actions,
    act: (account, action, input) =>
      drive(driver, account, {
        action: actions[action],
        ...(action === 'patient' ? { form: input } : { raw: JSON.stringify(input) }),
      }),
    ask: (account, question) => drive(driver, account, question),
  };
}

/** One question to a driver, in a process of its own, as a web server answers one request. */
async function drive(driver: string, account: Account, question: Body): Promise<Body> {
  const { code, stdout, stderr } = await runPhp(
    [fileURLToPath(new URL(`drivers/${driver}.php`, import.meta.url))],
    account,
    JSON.stringify(question),
  );
  if (code !== 0) throw new Error(`${driver}.php ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}

export function runPhp(
  args: string[],
  { url, clinicCode, clinicSecret }: Account,
  stdin = '',
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('php', ['-d', 'display_errors=stderr', ...args], {
      // Only this: a proxy of the machine is not for loopback.
      env: {
        PATH: process.env.PATH,
        SATUSEHAT_BASE_URL: url,
        CLINIC_CODE: clinicCode,
        CLINIC_SECRET: clinicSecret,
      },
    });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (chunk) => {
        said[stream] += chunk;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
    child.stdin.end(stdin);
  });
}
