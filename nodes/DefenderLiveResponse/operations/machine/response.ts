import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { requestComment } from '../../fields/comment';
import { dryRun } from '../../fields/dryRun';
import { MACHINE } from '../../fields/machine';
import type { Row, Rows } from '../../fields/row';
import { collectionField, fieldsOf } from '../../fields/row';
import { simplify } from '../../fields/simplify';
import { waitingFor, WAITING_OPTIONS } from '../../fields/waiting';
import { dryRunItems, entityItems, shownEntity } from '../../host/entityItems';
import { readOptions, readParameters } from '../../host/readRows';
import { readWaiting } from '../../host/readSettings';
import type { ResponseActionRequest } from '../../service/actionRequest';
import type { ResponseCall } from '../../service/calls';
import type { Onboarded } from '../../service/chooseRecord';
import type { Session } from '../../service/session';
import type { Operation } from '../operation';
import { forItems } from '../operation';
import { chosenMachineId } from './chosenMachine';
import { ResponseActions } from './startResponse';

const COMMENT = { comment: requestComment('Why it is done. Defender keeps it with the machine action.') };

/** A response action of the service, and what a user fills in for it. */
export interface Response {
	kind: ResponseCall;
	/** What it asks for beside device and comment: the parameter, and its name in the body of the request. */
	own?: { name: string; row: Row<string>; bodyName: string };
	/** Which records of a device count, by the value of its own parameter. */
	onboarded?(value?: string): Onboarded;
}

/**
 * The parameters of a response action.
 *
 * @param more next to device and comment: of the wait, and of this operation alone
 * @param options of this operation alone
 */
export function responseFields({ own }: Response, more: Rows, options: Rows = {}): INodeProperties[] {
	return [
		...fieldsOf({ ...MACHINE, ...(own && { [own.name]: own.row }), ...more, ...COMMENT }),
		collectionField('options', { ...WAITING_OPTIONS, dryRun, ...options }),
	];
}

/** Reads what an item asks of a device. */
export function readResponse(context: IExecuteFunctions, { own }: Response, itemIndex: number) {
	return {
		...readParameters(context, MACHINE, itemIndex),
		value: own && readParameters<Record<string, Row<string>>>(context, { [own.name]: own.row }, itemIndex)[own.name],
		...readParameters(context, COMMENT, itemIndex),
		...readOptions(context, { dryRun }, itemIndex),
	};
}

/**
 * The request for the device that an item has chosen.
 *
 * @throws DefenderError, Cancelled
 */
export async function requestFor(
	session: Session,
	{ kind, own, onboarded = () => 'required' }: Response,
	{ machineId: chosen, comment, value }: ReturnType<typeof readResponse>,
): Promise<ResponseActionRequest> {
	const machineId = await chosenMachineId(session, chosen, onboarded(value));
	return { machineId, comment, kind, ...(own && value !== undefined && { field: { name: own.bodyName, value } }) };
}

/** A response action, and how the editor's list has it. */
export type ResponseRow = Response & Pick<Operation, 'value' | 'action' | 'description' | 'toolDescription'>;

const WAITING = waitingFor(false, 20);

/** The operation of a response action. */
export function responseOperation({ kind, own, onboarded, ...texts }: ResponseRow): Operation {
	const response: Response = { kind, own, onboarded };
	return {
		resource: 'machine',
		name: kind.responseAction.name,
		...texts,
		fields: responseFields(response, { ...WAITING, simplify }),
		execute: forItems((context) => {
			const actions = new ResponseActions(context);
			return {
				writes: true,
				read: (itemIndex) => ({
					...readResponse(context, response, itemIndex),
					...readParameters(context, { simplify }, itemIndex),
					waiting: readWaiting(context, itemIndex, WAITING),
				}),
				maxWaitMs: ({ waiting: { waits, maxWaitMs } }) => (waits ? maxWaitMs : undefined),
				async work(session, job, itemIndex) {
					const request = await requestFor(session, response, job);
					if (job.dryRun) return dryRunItems(session, request, itemIndex);
					const sent = await actions.start(session, request, itemIndex);
					const shown = (entity: unknown) => shownEntity('machineAction', entity, job.simplify);
					if (!job.waiting.waits) return entityItems([shown(sent.action.entity)], itemIndex);
					const { action: seen, ended, errors } = await actions.until(session, sent, job.waiting.intervalMs);
					const item = { ...shown(seen.entity), finished: ended, ...(errors.length > 0 && { errors }) };
					return entityItems([item], itemIndex);
				},
			};
		}),
	};
}
