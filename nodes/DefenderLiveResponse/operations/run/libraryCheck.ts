import { isSameScript } from '../../result/commandParams';
import { pause } from '../../service/clock';
import { DefenderError } from '../../service/errors';
import { listWholeLibrary } from '../../service/library';
import { forgetOldest } from '../../host/forgetOldest';
import type { LiveResponseCommand } from '../../service/actionRequest';
import { subjectOf } from '../../service/machineAction';
import { nearestNames } from '../../service/nearestNames';
import type { Session } from '../../service/session';
import { MINUTE_MS } from '../../service/time';
import { within } from '../../service/within';

/** The list is only a help: it is not waited for longer than this, in ms. */
const MAX_LIST_MS = 10_000;

/** Lists lag: what one lacks may be in the next one, after this time in ms. */
const SECOND_LIST_DELAY_MS = 10_000;

/** A list that lacks a file is not believed for longer than this, in ms: the file may have been uploaded since. */
const MAX_AGE_MS = 30_000;

/** For how long a file that the library has had is not looked for again for runs with a key, in ms: a schedule may ask each minute. */
const MAX_KNOWN_MS = 10 * MINUTE_MS;

/** When executions of this process have last read a library, in ms of `Clock.elapsed`, by tenant, app and the file it has. */
const known = new Map<string, number>();

/** The names of the whole library, and when they were read; undefined where that is not known. */
type Listed = { names: string[]; at: number } | undefined;

async function list(session: Session): Promise<Listed> {
	const names = await within(session, MAX_LIST_MS, listWholeLibrary);
	return names && { names, at: session.clock.elapsed() };
}

function missingIn(listed: Listed, files: string[]): string | undefined {
	return listed && files.find((file) => !listed.names.some((name) => isSameScript(name, file)));
}

/** What the library of a tenant has, asked for once for all items: a run that could only fail is not spent. */
export class LibraryCheck {
	private first?: Promise<Listed>;

	private second?: Promise<Listed>;

	/**
	 * Refuses commands whose script or file the library does not have, if two whole lists of it agree. Where it cannot be
	 * listed, nothing is refused.
	 *
	 * @param remembers whether to go without a list where an earlier execution has just found the files
	 * @throws DefenderError, Cancelled
	 */
	async check(session: Session, commands: LiveResponseCommand[], remembers: boolean): Promise<void> {
		const files = commands.filter(({ type }) => type !== 'GetFile').map((command) => subjectOf(command) ?? '');
		if (files.length === 0 || files.includes('')) return;
		const { application, clock } = session;
		const keyOf = (file: string) => `${application} ${file.normalize()}`;
		if (remembers && files.every((file) => clock.elapsed() - (known.get(keyOf(file)) ?? -Infinity) < MAX_KNOWN_MS)) return;
		this.first ??= list(session);
		const first = await this.first;
		if (first && missingIn(first, files) === undefined) {
			for (const file of files) known.set(keyOf(file), first.at);
			forgetOldest(known);
			return;
		}
		if (!first || session.deadline.leftMs() < SECOND_LIST_DELAY_MS + MAX_LIST_MS) return;
		const listed = await this.listAgain(session);
		const missing = missingIn(listed, files);
		if (!listed || missing === undefined) return;
		const near = nearestNames(missing, listed.names).join(', ');
		throw new DefenderError(
			`The live response library has no file named "${missing}"`,
			`${near ? `It has ${near}: enter that name, or upload` : 'Upload'} the file to the library with Library File > Upload.`,
			{ reason: 'notFound' },
		);
	}

	private async listAgain(session: Session): Promise<Listed> {
		const known = await this.second;
		if (known && session.clock.elapsed() - known.at < MAX_AGE_MS) return known;
		this.second = known ? list(session) : pause(session.clock, SECOND_LIST_DELAY_MS, session.signal).then(async () => await list(session));
		return await this.second;
	}
}
