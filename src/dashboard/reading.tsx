/** Pages that only show. */
import type { Resource } from '@medplum/fhirtypes';
import { SatusehatError } from '../contract/error.js';
import type { Clinic } from '../delivery/clinic.js';
import { within } from '../http/timers.js';
import { decodePlatformError } from '../platform/decode.js';
import { PlatformError } from '../platform/error.js';
import type { Written } from '../platform/platform.js';
import type { Store, Submission } from '../store/store.js';
import { csvLine } from './csv.js';
import { type Filter, plainText, readFilter } from './filter.js';
import { troubleOf } from './health.js';
import { masked } from './mask.js';
import { explainCode, MOST_OPEN, OPEN_AFTER, readOverview } from './overview.js';
import { AuditPage } from './pages/audit.js';
import { ClinicsPage } from './pages/clinics.js';
import { ListPage } from './pages/list.js';
import { OpenPage, type OpenVisit } from './pages/open.js';
import { OverviewPage } from './pages/overview.js';
import { PlatformPage } from './pages/platform.js';
import { FhirPage, SubmissionPage } from './pages/submission.js';
import type { Asked, Room } from './room.js';
import { maySee } from './users.js';
import type { View } from './view.js';
import { HEADERS, page, type Refusal, refusalOf, saidOf } from './web.js';
import { words } from './words.js';

const PER_PAGE = 50;

export type Reading = ReturnType<typeof createReading>;

export function createReading({ tools, audit }: Room) {
  const { store, now } = tools;

  async function overview({ view, params }: Asked): Promise<Response> {
    const gathered = await readOverview(store, view);
    const clinic = view.clinic === undefined ? undefined : await tools.clinicOf(view.clinic);
    const trouble = clinic && troubleOf(clinic.platform.health);
    return page(
      <OverviewPage view={view} overview={gathered} trouble={trouble} said={saidOf(view, params)} />,
    );
  }

  /** What fits a filter: by number it is one, or one visit. */
  async function find(view: View, filter: Filter, limit: number) {
    const { clinic } = view;
    const { cari } = filter.query;
    const query = { ...filter.list, ...(clinic === undefined ? {} : { clinic }), limit };
    if (cari === undefined) return { rows: await store.list(query) };
    const one = await store.outline(cari);
    if (one) return { rows: maySee(view.user, one.clinic) ? [one] : [] };
    const root =
      clinic === undefined ? undefined : await store.registered(clinic, cari).catch(() => undefined);
    if (!root) return { rows: [], unclear: clinic === undefined };
    const visit = await store.ofVisit(root.clinic, root.visit).catch(() => [root]);
    const outlines = await Promise.all(visit.slice(0, limit).map(({ logId }) => store.outline(logId)));
    return { rows: outlines.flatMap((each) => each ?? []) };
  }

  async function list({ view, params }: Asked): Promise<Response> {
    const filter = readFilter(params, view.timeZone);
    const { rows, unclear } = await find(view, filter, PER_PAGE + 1);
    const more = rows.length > PER_PAGE && filter.query.cari === undefined;
    const shown = more ? rows.slice(0, PER_PAGE) : rows;
    const problem = filter.badDate
      ? view.words.list.badDate
      : filter.nik
        ? view.words.list.noNik
        : unclear
          ? view.words.list.chooseClinic
          : undefined;
    const older = more ? shown.at(-1)?.cursor : undefined;
    return page(
      <ListPage
        view={view}
        filter={filter}
        rows={shown}
        older={older}
        problem={problem}
        said={saidOf(view, params)}
      />,
    );
  }

  /** As it goes: a million rows are never in memory at once. */
  async function csv({ view, params }: Asked): Promise<Response> {
    const filter = readFilter(params, view.timeZone);
    // Each clinic finds in its own trail that its list was taken away.
    if (view.clinic !== undefined) await audit(view.user, 'export', view.clinic);
    else {
      const deed = { at: now(), who: view.user.name, action: 'export', logId: null, detail: null };
      const clinics: string[] = [];
      for await (const { clinic } of everyClinic(store)) clinics.push(clinic);
      await store.writeAudit(...clinics.map((clinic) => ({ ...deed, clinic })));
    }
    const separator = view.locale === 'id' ? ';' : ',';
    const head = [
      'log_id',
      'klinik',
      'jenis',
      'no_registrasi',
      'keadaan',
      'diterima',
      'diubah',
      'percobaan',
      'kode',
      'penyebab',
    ];
    const iso = (at: number) => new Date(at).toISOString();
    const encode = new TextEncoder();
    let before: number | undefined;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        // The mark tells a spreadsheet that this is UTF-8.
        controller.enqueue(encode.encode(`\uFEFF${csvLine(head, separator)}`));
      },
      async pull(controller) {
        const { rows } = await find(
          view,
          { ...filter, list: { ...filter.list, ...(before === undefined ? {} : { before }) } },
          1_000,
        );
        const lines = rows.map((row) =>
          csvLine(
            [
              row.logId,
              row.clinic,
              row.endpoint,
              row.registration,
              row.state,
              iso(row.createdAt),
              iso(row.updatedAt),
              row.attempts,
              row.code,
              row.code && explainCode(row.code, view.locale).message,
            ],
            separator,
          ),
        );
        if (lines.length > 0) controller.enqueue(encode.encode(lines.join('')));
        before = rows.at(-1)?.cursor;
        if (rows.length < 1_000 || filter.query.cari !== undefined) controller.close();
      },
    });
    return new Response(stream, {
      headers: {
        ...HEADERS,
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="kiriman-${iso(now()).slice(0, 10)}.csv"`,
      },
    });
  }

  async function shown(
    view: View,
    submission: Submission,
    more: {
      revealed?: boolean;
      said?: string | undefined;
      refusal?: Refusal | undefined;
      status?: number;
    } = {},
  ): Promise<Response> {
    const { logId, payload } = submission;
    const { revealed = false, status = 200 } = more;
    const [attempts, visit, trail] = await Promise.all([
      store.attempts(logId),
      store.ofVisit(submission.clinic, submission.visit).catch(() => []),
      store.audit({ logId, limit: 20 }),
    ]);
    const others = visit.filter((one) => one.logId !== logId).slice(0, PER_PAGE);
    const content = revealed ? payload : (masked(payload) as Record<string, unknown>);
    const parts = { submission, attempts, payload: content, revealed, visit: others, trail };
    return page(<SubmissionPage view={view} shown={parts} said={more.said} refusal={more.refusal} />, status);
  }

  async function fhirOf(submission: Submission): Promise<{ value: unknown; sent: boolean }> {
    if (submission.endpoint === 'batalLog') {
      throw new SatusehatError({ code: 'NOT_FOUND', message: words.id.one.fhirVoid, remedy: '' });
    }
    const clinic = await tools.clinicOf(submission.clinic);
    if (!clinic) throw new SatusehatError({ code: 'OVERLOADED' });
    const { state, result, payload } = submission;
    if (result && (state === 'sent' || state === 'void')) {
      const found = await inTime(readWritten(clinic, result.resources));
      return { value: found, sent: true };
    }
    if (Object.keys(payload).length === 0) {
      throw new SatusehatError({ code: 'NOT_FOUND', message: words.id.one.forgotten, remedy: '' });
    }
    return { value: await inTime(tools.rehearse(submission, clinic)), sent: false };
  }

  async function fhir(view: View, submission: Submission, revealed: boolean): Promise<Response> {
    try {
      const { value, sent } = await fhirOf(submission);
      return page(
        <FhirPage
          view={view}
          submission={submission}
          fhir={{ value: revealed ? value : masked(value), sent }}
          problem={undefined}
          revealed={revealed}
        />,
      );
    } catch (error) {
      return page(
        <FhirPage
          view={view}
          submission={submission}
          fhir={undefined}
          problem={refusalOf(error, view.locale)}
          revealed={revealed}
        />,
      );
    }
  }

  async function openVisits(
    view: View,
    more: {
      said?: string | undefined;
      refusal?: Refusal;
      /** What was typed and refused. */
      typed?: { id: string; end: string };
      params?: URLSearchParams;
    } = {},
  ): Promise<Response> {
    const { said, refusal, typed, params } = more;
    const before = now() - OPEN_AFTER;
    const [, started, encounterId] =
      /^(\d{1,15})-([A-Za-z0-9.-]{1,64})$/.exec(params?.get('sesudah') ?? '') ?? [];
    const after = started && encounterId ? { started: Number(started), encounterId } : undefined;
    const [found, count] = await Promise.all([
      store.openVisits(view.clinic, before, PER_PAGE + 1, after),
      store.countOpenVisits(view.clinic, before, MOST_OPEN + 1),
    ]);
    const rows = found.slice(0, PER_PAGE);
    const last = found.length > PER_PAGE ? rows.at(-1) : undefined;
    const next = last && `${last.started}-${last.encounterId}`;
    const visits = rows.map(({ started, clinic, visit, encounterId, open }): OpenVisit => {
      const diagnosed = open?.encounter.diagnosis?.some((one) =>
        one.use?.coding?.some(({ code }) => code === 'DD'),
      );
      const ended = open && (open.end !== null || open.encounter.period?.end !== undefined);
      const logId = visit.startsWith('E/') ? undefined : visit;
      // Without a number of the clinic's, ours stands there.
      const number = open?.encounter.identifier?.map(({ value }) => value).find((value) => value !== logId);
      return {
        started,
        clinic,
        encounterId,
        number,
        logId,
        missing: open && [
          ...(ended ? [] : (['end'] as const)),
          ...(diagnosed ? [] : (['diagnosis'] as const)),
        ],
      };
    });
    return page(
      <OpenPage
        view={view}
        visits={visits}
        count={count}
        next={next}
        said={said}
        refusal={refusal}
        typed={typed}
      />,
      refusal ? 422 : 200,
    );
  }

  async function platform({ view }: Asked): Promise<Response> {
    await store.addUp(now());
    const clinic = view.clinic === undefined ? undefined : await tools.clinicOf(view.clinic);
    const health = view.clinic === undefined ? undefined : (clinic?.platform.health ?? 'unreadable');
    const totals = await store.totals(view.clinic);
    return page(
      <PlatformPage
        view={view}
        health={health}
        totals={totals}
        pace={tools.pace.perMinute(view.clinic, now())}
      />,
    );
  }

  async function clinics({ view, params }: Asked): Promise<Response> {
    await store.addUp(now());
    if (view.user.clinics !== 'all') {
      const rows = await Promise.all(
        view.clinics.map(async (clinic) => ({ clinic, totals: await store.totals(clinic) })),
      );
      return page(<ClinicsPage view={view} rows={rows} more={false} />);
    }
    const rows = await store.byClinic(plainText(params.get('sesudah')), PER_PAGE + 1);
    return page(<ClinicsPage view={view} rows={rows.slice(0, PER_PAGE)} more={rows.length > PER_PAGE} />);
  }

  async function trail({ view, params }: Asked): Promise<Response> {
    const cursor = params.get('kursor') ?? '';
    const before = /^\d{1,15}$/.test(cursor) ? { before: Number(cursor) } : {};
    const deeds = await store.audit({
      ...(view.clinic === undefined ? {} : { clinic: view.clinic }),
      ...before,
      limit: PER_PAGE + 1,
    });
    const older = deeds.length > PER_PAGE ? deeds[PER_PAGE - 1]?.cursor : undefined;
    return page(<AuditPage view={view} deeds={deeds.slice(0, PER_PAGE)} older={older} />);
  }

  return { overview, list, csv, shown, fhir, openVisits, platform, clinics, trail };
}

/** Milliseconds that a page waits for the platform. */
const PATIENCE = 8_000;

/** @throws SatusehatError UPSTREAM_TIMEOUT when it takes longer. */
async function inTime<T extends NonNullable<unknown>>(work: Promise<T>): Promise<T> {
  const done = await within(work, PATIENCE);
  if (done === undefined) throw new SatusehatError({ code: 'UPSTREAM_TIMEOUT' });
  return done;
}

/** As it is at the platform now: a few at a time, since each takes a turn of the clinic's. @throws SatusehatError */
async function readWritten(clinic: Clinic, resources: Written[]): Promise<Resource[]> {
  const found: Resource[] = [];
  try {
    for (let at = 0; at < resources.length; at += 4) {
      const some = resources.slice(at, at + 4);
      const read = await Promise.all(
        some.map(({ resourceType, id }) => clinic.platform.read(resourceType as 'Encounter', id)),
      );
      found.push(...read.flatMap((one) => one ?? []));
    }
  } catch (error) {
    throw error instanceof PlatformError ? decodePlatformError(error) : error;
  }
  return found;
}

/** All clinics that have sent something, page by page. */
export async function* everyClinic(store: Pick<Store, 'byClinic'>) {
  for (let after = ''; ; ) {
    const page = await store.byClinic(after, 500);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < 500) return;
    after = last.clinic;
  }
}
