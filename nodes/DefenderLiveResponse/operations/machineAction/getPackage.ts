import type { IExecuteFunctions } from 'n8n-workflow';
import { waitFields } from '../../fields/actionWait';
import { packageActionIdField } from '../../fields/machineAction';
import { forEachItem } from '../../host/eachItem';
import { ONE_OUTPUT } from '../../host/entityItems';
import { PackageFetcher } from '../../host/packageFetcher';
import { parameterError, readMachineActionId } from '../../host/parameters';
import { readOptions } from '../../host/readRows';
import { readItemWait } from '../../host/readSettings';
import { PACKAGE_OPTIONS, PACKAGE_WAIT } from '../../result/packageFields';
import type { MachineAction } from '../../service/machineAction';
import { wordOf } from '../../service/machineAction';
import { bySignIn } from '../../service/session';
import { ActionWatch } from '../../service/watching';
import type { Operation } from '../operation';

/** @throws NodeOperationError for an action of another type */
function checkType(context: IExecuteFunctions, { type }: MachineAction, itemIndex: number): void {
	if (!type || wordOf(type) === 'collectinvestigationpackage') return;
	throw parameterError(
		context,
		itemIndex,
		'Machine Action',
		`is of type ${type}`,
		'Only Collect Investigation Package has a package. The result of a live response comes with Get Result.',
	);
}

export const getPackage: Operation = {
	resource: 'machineAction',
	value: 'getPackage',
	name: 'Get Package',
	description: 'Get the investigation package of a machine action as a file',
	toolDescription:
		'Get the investigation package (a ZIP file) that a device collects or has collected, by its machine action. Reads only. Takes seconds when it is collected, else waits for it, which takes many minutes.',
	action: 'Get investigation package of machine action',
	fields: [packageActionIdField, ...waitFields(PACKAGE_WAIT)],
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => {
			const watchOf = bySignIn((session) => new ActionWatch(session));
			const fetcher = new PackageFetcher(context);
			return {
				read: (itemIndex) => ({
					id: readMachineActionId(context, itemIndex),
					settings: readOptions(context, PACKAGE_OPTIONS, itemIndex),
					wait: readItemWait(context, PACKAGE_WAIT, itemIndex),
				}),
				maxWaitMs: ({ wait: { waits, maxWaitMs } }) => (waits ? maxWaitMs : 0),
				async work(session, { id, settings, wait: { intervalMs } }, itemIndex) {
					const { action, refusal } = await watchOf(session).until(id, { deadline: session.deadline, intervalMs });
					checkType(context, action, itemIndex);
					return await fetcher.fetch(session, action, settings, itemIndex, refusal ? [refusal.inFull] : []);
				},
			};
		});
	},
};
