import { CALLS } from './calls';
import { DefenderError } from './errors';
import { literal, query } from './odata';
import { callApi } from './request';
import type { Session } from './session';
import type { Tally } from './tally';

/** What is needed of a device to choose between several of one name. */
interface Machine {
	id: string;
	computerDnsName: string;
	lastSeen: string;
}

/** More records than this do not share one name. */
const MOST_NAMESAKES = 100;

/** Names shown when one has to be chosen. */
const MOST_SHOWN = 5;

function readMachines(body: unknown): Machine[] {
	const list = (body as { value?: unknown } | null)?.value;
	if (!Array.isArray(list)) return [];
	return list
		.filter((entity): entity is Record<string, unknown> => typeof entity?.id === 'string')
		.map(({ id, computerDnsName, lastSeen }) => ({
			id: String(id),
			computerDnsName: String(computerDnsName ?? ''),
			lastSeen: String(lastSeen ?? ''),
		}));
}

/** 2 for the name itself, 1 for a name whose first label it is (`ws-01` for `ws-01.contoso.com`), else 0. */
function nearness(machine: Machine, name: string): number {
	const full = machine.computerDnsName.toLowerCase();
	if (full === name) return 2;
	return full.startsWith(`${name}.`) ? 1 : 0;
}

/**
 * The id of the device with a DNS name, or with a host name that only one device has. A device that was onboarded
 * again has several records of one name; the one last seen is taken.
 *
 * @throws DefenderError when no device has the name, or several have it in different domains
 */
export async function machineIdByName(session: Session, name: string, tally: Tally): Promise<string> {
	const wanted = name.trim().toLowerCase();
	const filter = `computerDnsName eq ${literal(wanted)} or startswith(computerDnsName,${literal(`${wanted}.`)})`;
	const path = `/machines${query({ filter, top: MOST_NAMESAKES })}`;
	const body = await callApi(session, { kind: CALLS.readMachines, method: 'GET', path }, tally).catch(
		(error: unknown) => {
			// The service answers so when no device was seen of late.
			if (error instanceof DefenderError && error.status === 404) return null;
			throw error;
		},
	);
	const machines = readMachines(body);
	const nearest = Math.max(1, ...machines.map((machine) => nearness(machine, wanted)));
	const best = machines
		.filter((machine) => nearness(machine, wanted) === nearest)
		.sort((a, b) => b.lastSeen.localeCompare(a.lastSeen));
	const names = [...new Set(best.map(({ computerDnsName }) => computerDnsName.toLowerCase()))];
	if (names.length === 1) return best[0].id;
	if (names.length > 1) {
		throw new DefenderError(
			`Several devices are named "${name.trim()}"`,
			`Enter the full name of one of them: ${names.slice(0, MOST_SHOWN).join(', ')}.`,
		);
	}
	throw new DefenderError(
		`No device named "${name.trim()}" was found`,
		'Check the name in the Defender device inventory, or choose the device by its ID.',
	);
}
