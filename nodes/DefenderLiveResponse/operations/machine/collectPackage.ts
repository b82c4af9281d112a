import { dryRunItems } from '../../host/entityItems';
import { PackageFetcher } from '../../host/packageFetcher';
import { readOptions } from '../../host/readRows';
import { readWaiting } from '../../host/readSettings';
import { PACKAGE_OPTIONS, PACKAGE_WAITING } from '../../result/options';
import { responseCall } from '../../service/calls';
import { DefenderError, refusal } from '../../service/errors';
import type { Operation } from '../operation';
import { forItems } from '../operation';
import type { Response } from './response';
import { readResponse, requestFor, responseFields } from './response';
import type { StartedAction } from './startResponse';
import { ResponseActions } from './startResponse';

const COLLECT: Response = {
	kind: responseCall('collect the investigation package', 'Machine.CollectForensics', {
		name: 'Collect Investigation Package',
		type: 'CollectInvestigationPackage',
		path: 'collectInvestigationPackage',
		systems: 'Windows 10 1703 or later and Windows 11',
	}),
};

export const collectPackage: Operation = {
	resource: 'machine',
	value: 'collectPackage',
	name: 'Collect Investigation Package',
	description: 'Collect the investigation package of a device as a file',
	toolDescription:
		'Collect the investigation package of a device (a ZIP file of its processes, connections, event logs, autoruns and more). Acts on the device: it gathers the files and uploads them. Takes many minutes.',
	action: 'Collect investigation package of device',
	fields: responseFields(COLLECT, PACKAGE_WAITING, PACKAGE_OPTIONS),
	execute: forItems((context) => {
		const actions = new ResponseActions(context);
		const fetcher = new PackageFetcher(context);
		return {
			writes: true,
			read: (itemIndex) => ({
				...readResponse(context, COLLECT, itemIndex),
				settings: readOptions(context, PACKAGE_OPTIONS, itemIndex),
				waiting: readWaiting(context, itemIndex, PACKAGE_WAITING),
			}),
			maxWaitMs: ({ waiting: { waits, maxWaitMs } }) => (waits ? maxWaitMs : undefined),
			async work(session, job, itemIndex) {
				const request = await requestFor(session, COLLECT, job);
				if (job.dryRun) return dryRunItems(session, request, itemIndex);
				const sent = await actions.start(session, request, itemIndex);
				const seen: StartedAction = { action: sent.action, ended: false, errors: [] };
				const { action, errors, isOther } = job.waiting.waits ? await actions.until(session, sent, job.waiting.intervalMs) : seen;
				if (isOther) return fetcher.items(action, { outcome: 'unreadable', errors }, itemIndex);
				const fetched = await fetcher.fetch(session, action, job.settings, itemIndex, errors).catch(refusal);
				if (!(fetched instanceof DefenderError)) return fetched;
				// It was collected: nothing after that is an error. The action's id gets the package later.
				return fetcher.items(action, { outcome: 'unreadable', errors: [...errors, fetched.fullText] }, itemIndex);
			},
		};
	}),
};
