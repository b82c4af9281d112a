import { listedAtOnce, ownBusy, ownEnd, ownRun, seenAtOnce } from '../acting/ownRun';
import { secondAnswer } from '../acting/secondRun';
import { codeOf } from '../advice/refusal';
import { claim, verdict } from '../claim';
import type { Asker, Observation } from '../observation';
import { isEntity, textOf } from '../observations/entities';
import { commandsOf } from '../observations/place';
import type { Sent } from '../acting/send';
import { say, words } from '../say';
import { STATUS_WORDS, states } from './actionWords';
import { answered, refusedWith } from './judging';

const MAX_CREATED_DIFFERENCE_S = 10;

/** The run beside who asked for it. */
const ownRunOf: Observation<{ sent: Sent; clientId: string; machineId: string }> = {
	asks: ownRun.asks,
	acts: true,
	make: async (asker: Asker) => ({ sent: await asker.see(ownRun), clientId: asker.clientId, machineId: asker.own?.device.id ?? '' }),
};

export const RUN_CLAIMS = [
	claim({
		id: 'run.status',
		claim: 'A run is answered 201 with the new action.',
		source: 'documented now; 200 in older pages',
		affects: 'any 2xx with an action is read alike',
		ifNot: 'Nothing for the node.',
		emulator: 'starting.ts',
		from: [ownRun],
		judge: ({ answer }) => verdict(answer.status === 201, say`status ${answer.status}`),
	}),
	claim({
		id: 'run.echo',
		claim: 'The action has the device, the comment and every command with its arguments, letter by letter.',
		source: 'captured; nothing says that nothing is changed',
		affects: 'an answer counts as the run that was sent only if these are the same; a lost answer is found by them',
		ifNot: 'The node may not recognise its own run: the device then counts as busy. Tell us what is changed.',
		emulator: 'actions.ts',
		from: [ownRunOf],
		judge({ sent, machineId }) {
			const got = commandsOf(sent.entity).map(({ command }) =>
				isEntity(command) ? { type: command.type, params: command.params } : undefined,
			);
			const plain = (commands: unknown) =>
				JSON.stringify(commands, (_, value: unknown) => (isEntity(value) ? Object.fromEntries(Object.entries(value).sort()) : value));
			const changed = [
				textOf(sent.entity, 'machineId')?.toLowerCase() === machineId.toLowerCase() ? '' : 'machineId',
				sent.entity.requestorComment === sent.comment ? '' : 'requestorComment',
				plain(got) === plain(sent.commands) ? '' : 'commands',
			].filter(Boolean);
			return verdict(changed.length === 0, changed.length === 0 ? say`the same` : say`changed: ${changed}`);
		},
	}),
	claim({
		id: 'run.first-status',
		claim: 'The new action is Pending, its commands are Created and have no times.',
		source: 'captured',
		affects: '`started` is false until the device begins',
		ifNot: 'A command may count as started before it is.',
		emulator: 'actions.ts',
		from: [ownRun],
		judge({ entity }) {
			const fresh = commandsOf(entity).every(
				({ commandStatus, startTime, endTime }) =>
					commandStatus === 'Created' && (startTime ?? null) === null && (endTime ?? null) === null,
			);
			return verdict(entity.status === 'Pending' && fresh, states(entity));
		},
	}),
	claim({
		id: 'run.requestor',
		claim: "The requestor of an app's action is its client ID.",
		source: "most captured actions; one client finds the app's display name",
		affects: 'Rate: Max Sessions counts the actions of this app',
		ifNot: "The node also knows the app by its display name where it can; else Rate: Max Sessions counts this process's runs only.",
		emulator: 'settings.requestor',
		from: [ownRunOf],
		judge({ sent, clientId }) {
			const requestor = textOf(sent.entity, 'requestor')?.toLowerCase();
			return verdict(
				requestor === clientId.toLowerCase(),
				requestor === clientId.toLowerCase() ? say`the client ID` : requestor === undefined ? say`none` : say`another text`,
			);
		},
	}),
	claim({
		id: 'run.source',
		claim: '`requestSource` is `PublicApi`.',
		source: 'captured',
		affects: 'nothing',
		ifNot: 'Nothing for the node.',
		emulator: 'tenant.ts',
		from: [ownRun],
		judge: ({ entity }) => verdict(entity.requestSource === 'PublicApi', words([textOf(entity, 'requestSource') ?? ''], ['PublicApi'])),
	}),
	claim({
		id: 'run.created',
		claim: `\`creationDateTimeUtc\` is within ${MAX_CREATED_DIFFERENCE_S} s of the \`Date\` of the answer.`,
		source: 'inferred',
		affects: 'whether an action is older than the request',
		ifNot: 'An own run may be taken for an older one: it is then known by its comment and commands alone.',
		emulator: 'tenant.ts',
		from: [ownRun],
		judge({ entity, answer }) {
			const seconds = Math.abs(Date.parse(textOf(entity, 'creationDateTimeUtc') ?? '') - Date.parse(answer.headers.date ?? '')) / 1000;
			return verdict(seconds <= MAX_CREATED_DIFFERENCE_S, Number.isNaN(seconds) ? say`no date` : say`${Math.round(seconds)} s`);
		},
	}),
	claim({
		id: 'run.found-at-once',
		claim: 'A second after the run was accepted the action is found by its id.',
		source: 'one client (PSLR) waits up to 120 s, another (Elastic) a second',
		affects: 'how long a 404 for a new action is not believed',
		ifNot: 'Nothing: an id from the answer to a run is waited for until Max Wait.',
		emulator: 'settings.visibleAfterMs',
		from: [seenAtOnce],
		judge: (answer) => verdict(answer.status === 200, answered(answer)),
	}),
	claim({
		id: 'run.listed-at-once',
		claim: 'Two seconds after, it is in the list of its device.',
		source: 'two clients met lists that lag',
		affects: 'with a run key, when a device that is not in the list may be sent to; a lost answer is looked for during two minutes',
		ifNot: 'The node looks more than once. A lag of more than two minutes would need longer looks.',
		emulator: 'settings.visibleAfterMs',
		from: [listedAtOnce],
		judge: ({ answer, entities, id }) =>
			verdict(
				entities.some((entity) => entity.id === id),
				answer.status === 200 ? (entities.some((entity) => entity.id === id) ? say`listed` : say`not listed`) : answered(answer),
			),
	}),
	claim({
		id: 'run.busy',
		claim: 'A second run while one is unfinished is refused with 400 `ActiveRequestAlreadyExists`.',
		source: "documented; two quick runs have been accepted, or answered with the first one's action",
		affects: '*When Device Is Busy*: fail or wait',
		ifNot: "With 201 and the first action, the node finds that it is another one's. With 201 and a new action, two scripts run at a time.",
		emulator: 'settings.busyAfterMs',
		from: [ownBusy],
		judge({ answer, firstId }) {
			const id = isEntity(answer.json) ? answer.json.id : undefined;
			if (answer.status < 300)
				return verdict(false, `${answered(answer)}, ${id === firstId ? 'with the first action' : 'with another action'}`);
			return refusedWith(answer, 400, 'ActiveRequestAlreadyExists');
		},
	}),
	claim({
		id: 'run.busy-text',
		claim: 'That refusal does not name the action that is in the way.',
		source: 'one client (PatchPilot) has seen it named',
		affects: 'the text about a busy device looks the action up by the device',
		ifNot: 'The node reads the id where there is one.',
		emulator: 'settings.nameActiveAction',
		from: [ownBusy],
		judge({ answer, firstId }) {
			const named =
				JSON.stringify(answer.json ?? '')
					.toLowerCase()
					.includes(firstId.toLowerCase()) && codeOf(answer) !== undefined;
			return verdict(!named, named ? say`named` : say`not named`);
		},
	}),
	claim({
		id: 'run.life',
		claim: 'Seen every 15 s, the action goes from Pending to InProgress to its end, never back.',
		source: 'captured at different times',
		affects: 'waiting ends at the first end state',
		ifNot: 'An action that comes back from an end state would be given up too early.',
		emulator: 'actions.ts',
		from: [ownEnd],
		judge({ looks }) {
			const order = ['Pending', 'InProgress'];
			const places = looks.map(({ status }) => (order.includes(String(status)) ? order.indexOf(String(status)) : order.length));
			const right = places.every((place, i) => i === 0 || place >= places[i - 1]);
			return verdict(
				right,
				`${words(
					looks.map(({ status }) => String(status)),
					STATUS_WORDS,
				)}, ${say`${looks.length} looks`}`,
			);
		},
	}),
	claim({
		id: 'run.repeat',
		claim: 'Right after the end the device accepts the next run, and the action is a new one.',
		source: 'inferred; a second run has been answered with an earlier action',
		affects: 'a loop of runs on one device',
		ifNot: 'The node finds by comment and commands that the action is not its own, and says that the device is busy.',
		emulator: 'settings.answersWithEarlierMs',
		from: [secondAnswer],
		judge({ answer, firstId }) {
			if (answer.status >= 300) return verdict(false, answered(answer));
			const isNew = isEntity(answer.json) && answer.json.id !== firstId;
			return verdict(isNew, isNew ? say`a new action` : say`the first action again`);
		},
	}),
];
