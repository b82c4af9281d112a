import type { Answer } from '../calls';
import { claim, verdict, type Claim, type ClaimTexts, type Verdict } from '../claim';
import { NotAsked } from '../notAsked';
import type { Asker, Observation } from '../observation';
import { actionsAllowed, libraryAllowed, machinesAllowed, noToken, probeIsolate, probeRun, unknownLink } from '../observations/errors';
import { isEntity, textOf } from '../observations/entities';
import { words } from '../say';
import { answered, refusedWith } from './judging';

const CALLS = [probeRun, probeIsolate, actionsAllowed, unknownLink, machinesAllowed, libraryAllowed];
/** Permissions that have been enough at some time, or that could be taken for it. */
const READING = ['Machine.ReadWrite.All', 'Machine.Read.All', 'Machine.LiveResponse'];

/** An answer beside the permissions that it was given with. */
function withPermissions(observation: Observation<Answer>): Observation<{ answer: Answer; has: string[] }> {
	return { asks: observation.asks, make: async (asker: Asker) => ({ answer: await asker.see(observation), has: asker.token.permissions }) };
}

/** With one of the permissions the call is not refused for a missing one; without them it is. */
function needs(texts: Omit<ClaimTexts, 'emulator'>, observation: Observation<Answer>, permissions: string[], others: string[] = []): Claim {
	return claim({
		...texts,
		emulator: 'permissions.ts',
		from: [withPermissions(observation)],
		judge({ answer, has }): Verdict {
			if (answer.status === 401) throw new NotAsked('the token was not accepted');
			const enough = permissions.some((name) => has.includes(name));
			const shown = [...new Set([...permissions, ...others])].filter((name) => has.includes(name));
			return verdict(
				enough === (answer.status !== 403),
				`${answered(answer)}, ${shown.length > 0 ? `with ${words(shown, shown)}` : 'without it'}`,
			);
		},
	});
}

/** The first refusal of a call for a missing permission, if there was one. */
const refusedForPermission: Observation<Answer> = {
	asks: 'any of these calls that is refused for a missing permission',
	async make(asker) {
		for (const observation of CALLS) {
			const answer = await asker.see(observation);
			if (answer.status === 403) return answer;
		}
		throw new NotAsked('the token has every permission that was needed');
	},
};

export const PERMISSION_CLAIMS = [
	needs(
		{
			id: 'permission.run',
			claim: 'A run needs `Machine.LiveResponse` and nothing else.',
			source: 'documented; the probe is what Elastic does',
			affects: 'the permission that the error text and the README name',
			ifNot: 'README and error text name the wrong permission.',
		},
		probeRun,
		['Machine.LiveResponse'],
	),
	claim({
		id: 'permission.run-probe',
		claim: 'A run for a device that does not exist is answered 404 `ResourceNotFound`.',
		source: 'one client (Elastic)',
		affects: 'the text *No device with this ID*; this probe of a permission',
		ifNot: 'A wrong device ID gets another text than *not found*.',
		emulator: 'starting.ts',
		from: [probeRun],
		judge(answer) {
			if (answer.status === 403) throw new NotAsked('the token lacks Machine.LiveResponse');
			return refusedWith(answer, 404, 'ResourceNotFound');
		},
	}),
	needs(
		{
			id: 'permission.isolate',
			claim: 'Isolating needs `Machine.Isolate`.',
			source: 'documented',
			affects: 'the permission that the error text and the README name',
			ifNot: 'README and error text name the wrong permission.',
		},
		probeIsolate,
		['Machine.Isolate'],
	),
	needs(
		{
			id: 'permission.actions',
			claim: 'Reading machine actions needs `Machine.ReadWrite.All`; `Machine.Read.All` is not enough.',
			source: 'documented since November 2025; until then Machine.Read.All was enough',
			affects: 'the permission that the error text and the README name',
			ifNot: 'An app that only reads could do with less than the README asks for.',
		},
		actionsAllowed,
		['Machine.ReadWrite.All'],
		READING,
	),
	needs(
		{
			id: 'permission.link',
			claim: 'A result link needs `Machine.ReadWrite.All`; `Machine.LiveResponse` and `Machine.Read.All` are not enough.',
			source: 'documented three ways over the years; one client (PSLR) saw this one',
			affects: 'the permission that the error text and the README name',
			ifNot: 'README and error text ask for more, or for something else, than what is needed.',
		},
		unknownLink,
		['Machine.ReadWrite.All'],
		READING,
	),
	needs(
		{
			id: 'permission.machines',
			claim: 'Reading devices needs `Machine.Read.All` or `Machine.ReadWrite.All`.',
			source: 'documented',
			affects: 'devices by name, device pickers',
			ifNot: 'README and error text name the wrong permission.',
		},
		machinesAllowed,
		['Machine.Read.All', 'Machine.ReadWrite.All'],
	),
	needs(
		{
			id: 'permission.library',
			claim: 'The library needs `Library.Manage`.',
			source: 'documented',
			affects: 'library operations and pickers',
			ifNot: 'README and error text name the wrong permission.',
		},
		libraryAllowed,
		['Library.Manage'],
	),
	claim({
		id: 'permission.text',
		claim: 'The refusal has code `Forbidden` and the text *Missing application roles. API required roles: …*.',
		source: 'captured',
		affects: 'nothing in the node, which judges by the status and reads the permissions in the token',
		ifNot: 'Only what Defender is quoted with reads otherwise.',
		emulator: 'permissions.ts',
		from: [refusedForPermission],
		judge(answer) {
			const error = isEntity(answer.json) && isEntity(answer.json.error) ? answer.json.error : {};
			const worded = /^Missing application (?:roles|scopes)\. API required (?:roles|scopes): /.test(textOf(error, 'message') ?? '');
			return verdict(worded && error.code === 'Forbidden', `${answered(answer)}, ${worded ? 'worded so' : 'worded otherwise'}`);
		},
	}),
	claim({
		id: 'permission.no-token',
		claim: 'A call without a token is answered 401.',
		source: 'documented',
		affects: 'a 401 gets one new token, then the text about the sign-in',
		ifNot: 'An expired token is reported as a missing permission.',
		emulator: 'defenderApi.ts',
		from: [noToken],
		judge: (answer) => refusedWith(answer, 401),
	}),
];
