import { VERDICT } from '../acting/ownFiles';
import { ownEnd } from '../acting/ownRun';
import { cancelEnd, cancelled, cancelledAgain } from '../acting/cancelRun';
import { secondEnd } from '../acting/secondRun';
import { claim, verdict } from '../claim';
import { NotAsked } from '../notAsked';
import type { Entity } from '../observations/entities';
import { commandsOf, errorsOf } from '../observations/place';
import { say } from '../say';
import { states } from './actionWords';
import { answered } from './judging';

export const END_CLAIMS = [
	claim({
		id: 'run.goes-on',
		claim: `A script that ends with ${VERDICT} is \`Completed\` without errors, and the commands after it run.`,
		source: 'inferred; documented is only that commands after a failed one are skipped',
		affects: 'a script that reports findings by its exit code is `scriptFailed`, not `commandFailed`',
		ifNot: 'A script whose exit code is not 0 keeps later commands from running: put GetFile in a run of its own, or end with 0.',
		emulator: 'actions.ts',
		from: [ownEnd],
		judge({ entity }) {
			const [, script, ...files] = commandsOf(entity);
			const went =
				script?.commandStatus === 'Completed' &&
				errorsOf(script).length === 0 &&
				files.length > 0 &&
				files.every(({ commandStatus }) => commandStatus !== 'Created');
			return verdict(went && entity.status === 'Succeeded', states(entity));
		},
	}),
	claim({
		id: 'skipped.status',
		claim: 'A GetFile of a file that is not there fails with errors, the action is Failed, and the command after it stays Created.',
		source: 'documented in words; the statuses are inferred',
		affects: 'outcomes `commandFailed` and `notExecuted`',
		ifNot: 'Skipped commands come out with another outcome.',
		emulator: 'actions.ts',
		from: [secondEnd],
		judge({ entity }) {
			const [script, missing, skipped] = commandsOf(entity);
			if (script && errorsOf(script).length > 0) throw new NotAsked('the script before it failed: see run.goes-on');
			const right =
				entity.status === 'Failed' && missing !== undefined && errorsOf(missing).length > 0 && skipped?.commandStatus === 'Created';
			return verdict(right, `${states(entity)}, ${say`${missing ? errorsOf(missing).length : 0} errors`}`);
		},
	}),
	claim({
		id: 'cancel.answer',
		claim: 'A cancel is answered 200 with the same action.',
		source: 'one client (Elastic)',
		affects: 'Cancel, Wait: Cancel on Timeout',
		ifNot: 'A cancel may end in an error although it worked.',
		emulator: 'actionsApi.ts',
		from: [cancelled],
		judge: ({ answer, id }) => {
			const same = (answer.json as Entity | undefined)?.id === id;
			return verdict(
				answer.status === 200 && same,
				answer.status === 200 ? (same ? say`status 200, the same action` : say`status 200, another action`) : answered(answer),
			);
		},
	}),
	claim({
		id: 'cancel.end',
		claim: 'A cancelled action ends as Cancelled.',
		source: 'documented; races have been seen',
		affects: 'outcome `cancelled`',
		ifNot: 'The command was faster, or the state has another name: the outcome is what the command says.',
		emulator: 'settings.cancelComesLate',
		from: [cancelEnd],
		judge: ({ entity }) => verdict(entity.status === 'Cancelled', states(entity)),
	}),
	claim({
		id: 'cancel.ended',
		claim: 'Cancelling an action that has ended is refused with 400.',
		source: 'documented that it fails; the status is our assumption',
		affects: 'the text about an action that has ended',
		ifNot: 'The text reads otherwise; with 200 the item is the action as it ended.',
		emulator: 'actionsApi.ts',
		from: [cancelledAgain],
		judge: (answer) => verdict(answer.status === 400, answered(answer)),
	}),
];
