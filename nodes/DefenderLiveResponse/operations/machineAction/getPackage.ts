import type { IExecuteFunctions } from 'n8n-workflow';
import { PACKAGE_ACTION } from '../../fields/machineAction';
import { collectionField, fieldsOf } from '../../fields/row';
import { WAITING_OPTIONS } from '../../fields/waiting';
import { PackageFetcher } from '../../host/packageFetcher';
import { parameterError } from '../../host/parameters';
import { readOptions, readParameters } from '../../host/readRows';
import { readWaiting } from '../../host/readSettings';
import { PACKAGE_OPTIONS, PACKAGE_WAITING } from '../../result/options';
import type { MachineAction } from '../../service/machineAction';
import { normalizedWord } from '../../service/machineAction';
import { watches } from '../../service/actionWatch';
import type { Operation } from '../operation';
import { forItems } from '../operation';

/** @throws NodeOperationError for an action of another type */
function checkType(context: IExecuteFunctions, { type }: MachineAction, itemIndex: number): void {
	if (!type || normalizedWord(type) === 'collectinvestigationpackage') return;
	const advice = 'Only Collect Investigation Package has a package. The result of a live response comes with Get Result.';
	throw parameterError(context, itemIndex, 'Machine Action', `is of type ${type}`, advice);
}

export const getPackage: Operation = {
	resource: 'machineAction',
	value: 'getPackage',
	name: 'Get Package',
	description: 'Get the investigation package of a machine action as a file',
	toolDescription:
		'Get the investigation package (a ZIP file) that a device collects or has collected, by its machine action. Reads only. Takes seconds when it is collected, else waits for it, which takes many minutes.',
	action: 'Get investigation package of machine action',
	fields: [...fieldsOf({ ...PACKAGE_ACTION, ...PACKAGE_WAITING }), collectionField('options', { ...WAITING_OPTIONS, ...PACKAGE_OPTIONS })],
	execute: forItems((context) => {
		const watchOf = watches();
		const fetcher = new PackageFetcher(context);
		return {
			read: (itemIndex) => ({
				...readParameters(context, PACKAGE_ACTION, itemIndex),
				settings: readOptions(context, PACKAGE_OPTIONS, itemIndex),
				waiting: readWaiting(context, itemIndex, PACKAGE_WAITING),
			}),
			maxWaitMs: ({ waiting: { waits, maxWaitMs } }) => (waits ? maxWaitMs : 0),
			async work(session, { machineActionId, settings, waiting: { intervalMs } }, itemIndex) {
				const { action, refusal } = await watchOf(session).until(machineActionId, { deadline: session.deadline, intervalMs });
				checkType(context, action, itemIndex);
				return await fetcher.fetch(session, action, settings, itemIndex, refusal ? [refusal.fullText] : []);
			},
		};
	}),
};
