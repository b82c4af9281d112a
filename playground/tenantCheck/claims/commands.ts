import { claim, verdict } from '../claim';
import { liveResponses } from '../observations/actions';
import type { Entity, Page } from '../observations/entities';
import { commandsOf, errorsOf } from '../observations/place';
import { say } from '../say';
import { COMMAND_WORDS } from './actionWords';
import { hasKeys, onlyWords, some } from './judging';

const KEYS = ['index', 'startTime', 'endTime', 'commandStatus', 'errors', 'command'];

const entitiesOf = ({ entities }: Page) => some(entities, 'the tenant has no live response that was started over the API');
const allCommands = (page: Page) => some(entitiesOf(page).flatMap(commandsOf), 'no live response of the list has commands');

export const COMMAND_CLAIMS = [
	claim({
		id: 'action.command-keys',
		claim: `A command has ${KEYS.map((key) => `\`${key}\``).join(', ')}; \`command\` has \`type\` and \`params\`.`,
		source: 'captured',
		affects: 'which command is which, its errors, whether it started',
		ifNot: 'Outcomes fall back to what the action as a whole says.',
		emulator: 'actions.ts',
		from: [liveResponses],
		judge(page) {
			const commands = allCommands(page);
			const outer = hasKeys(commands, KEYS);
			return outer.holds
				? hasKeys(
						commands.map(({ command }) => (command ?? {}) as Entity),
						['type', 'params'],
					)
				: outer;
		},
	}),
	claim({
		id: 'action.command-index',
		claim: "`index` is the command's place, from 0.",
		source: 'captured',
		affects: 'for which command a result link is asked',
		ifNot: 'Get Result would ask for another command than the one that is meant.',
		emulator: 'actions.ts',
		from: [liveResponses],
		judge(page) {
			allCommands(page);
			const odd = entitiesOf(page).filter((action) => commandsOf(action).some(({ index }, at) => index !== at));
			return verdict(
				odd.length === 0,
				odd.length === 0 ? say`in all ${entitiesOf(page).length} actions` : say`not so in ${odd.length} actions`,
			);
		},
	}),
	claim({
		id: 'action.command-words',
		claim: `\`commandStatus\` is one of ${COMMAND_WORDS.join(', ')}.`,
		source: "a client generated from Microsoft's definition; the page names three",
		affects: 'the outcome of a command; unknown words do not count as success',
		ifNot: 'A command with the other word is not `succeeded`: tell us the word.',
		emulator: 'settings.commandStatuses',
		from: [liveResponses],
		judge: (page) =>
			onlyWords(
				allCommands(page).map(({ commandStatus }) => commandStatus),
				COMMAND_WORDS,
			),
	}),
	claim({
		id: 'action.command-errors',
		claim: '`errors` is a list of texts, empty where all went well.',
		source: 'captured',
		affects: 'a command with errors is `commandFailed`',
		ifNot: 'Failed commands may count as successful, or the other way round.',
		emulator: 'actions.ts',
		from: [liveResponses],
		judge(page) {
			const commands = allCommands(page);
			const odd = commands.filter(
				({ errors }) => !Array.isArray(errors) || !errors.every((error) => typeof error === 'string' && error !== ''),
			);
			return verdict(odd.length === 0, say`${commands.length - odd.length} of ${commands.length}`);
		},
	}),
	claim({
		id: 'action.failed-command',
		claim: 'An action with a command that has errors is `Failed` (or `TimeOut` or `Cancelled`), also where the command says `Completed`.',
		source: 'test data of one client (Elastic)',
		affects: 'the outcome is judged by the errors first',
		ifNot: 'Nothing: the node says `commandFailed` in either case. The emulator would end such an action otherwise.',
		emulator: 'actions.ts',
		from: [liveResponses],
		judge(page) {
			const failed = some(
				entitiesOf(page).filter((action) => commandsOf(action).some((command) => errorsOf(command).some((error) => error !== ''))),
				'no live response of the list has a command with errors',
			);
			const odd = failed.filter(({ status }) => status === 'Succeeded');
			return verdict(odd.length === 0, say`${failed.length - odd.length} of ${failed.length}`);
		},
	}),
	claim({
		id: 'action.not-started',
		claim: 'A command that was `Created` and never ran has `startTime` and `endTime` null.',
		source: 'captured right after a run',
		affects: '`started`: what did not start can be run again',
		ifNot: 'Commands that never ran may count as started, and are then not run again.',
		emulator: 'actions.ts',
		from: [liveResponses],
		judge(page) {
			const created = some(
				allCommands(page).filter(({ commandStatus }) => commandStatus === 'Created'),
				'no command of the list is Created',
			);
			const odd = created.filter(({ startTime, endTime }) => startTime !== null || endTime !== null);
			return verdict(odd.length === 0, say`${created.length - odd.length} of ${created.length}`);
		},
	}),
];
