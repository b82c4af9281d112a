import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { requestComment } from '../../fields/comment';
import { dryRun } from '../../fields/dryRun';
import { MACHINE } from '../../fields/machine';
import type { Row, Rows } from '../../fields/row';
import { collectionField, fieldsOf } from '../../fields/row';
import { WAITING_OPTIONS } from '../../fields/waiting';
import { readOptions, readParameters } from '../../host/readRows';
import type { ResponseActionRequest } from '../../service/actionRequest';
import type { ResponseCall } from '../../service/calls';
import type { Onboarded } from '../../service/chooseRecord';
import type { Session } from '../../service/session';
import { chosenMachineId } from './chosenMachine';

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
 * @param more of the operation, next to those of the wait
 * @param options of this operation alone
 */
export function responseFields({ own }: Response, waiting: Rows, more: Rows = {}, options: Rows = {}): INodeProperties[] {
	return [
		...fieldsOf({ ...MACHINE, ...(own && { [own.name]: own.row }), ...waiting, ...more, ...COMMENT }),
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
