import type { MachineAction } from '../service/machineAction';
import { readMachineAction, subjectOf } from '../service/machineAction';
import { listActionEntities, LIVE_RESPONSES, PACKAGES } from '../service/machineActions';
import type { Session } from '../service/session';
import type { Found, Search } from './picker';
import { PAGE_SIZE, pageOf, picker } from './picker';

/** How many of the newest live responses are searched for what the user typed. */
const MAX_SEARCHED = 1_000;

/** As in "2026-01-31 08:00 UTC Succeeded, ws-01, check.ps1 (case 4711)": the editor shows some 45 characters. */
function nameOf({ commands, computerDnsName, machineId, status, ...action }: MachineAction): string {
	const when = (action.creationDateTimeUtc ?? '').slice(0, 16).replace('T', ' ');
	const subjects = commands.map(({ command }) => subjectOf(command));
	const device = computerDnsName?.split('.')[0] ?? machineId;
	const parts = [[when && `${when} UTC`, status].filter(Boolean).join(' '), device, ...subjects];
	return parts.filter(Boolean).join(', ') + (action.requestorComment ? ` (${action.requestorComment})` : '');
}

/** Recent actions that a filter names, newest first; with what the user typed in script, device, status, comment or id. */
async function search(session: Session, filter: string, { typed, start }: Search): Promise<Found> {
	// The service cannot search for what the names are made of.
	const [most, skip] = typed ? [MAX_SEARCHED, 0] : [PAGE_SIZE, start];
	const entities = await listActionEntities(session, filter, most, { skip });
	const actions = entities.map(readMachineAction).filter((action) => action !== undefined);
	const named = actions.map((action) => ({ name: nameOf(action), value: action.id }));
	// Those that cannot be read are on the page as well.
	if (!typed) return { entries: named, hasMore: entities.length === PAGE_SIZE };
	const found = named.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(typed));
	return pageOf(found, start);
}

export const searchMachineActions = picker(async (session, asked) => await search(session, LIVE_RESPONSES, asked));

export const searchPackageActions = picker(async (session, asked) => await search(session, PACKAGES, asked));
