import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { commentField } from '../../fields/comment';
import { dryRun } from '../../fields/dryRun';
import { machineIdField } from '../../fields/machine';
import type { Row, Rows } from '../../fields/row';
import { fieldsOf } from '../../fields/row';
import type { WaitSettings } from '../../fields/actionWait';
import { waitFields } from '../../fields/actionWait';
import { readComment } from '../../host/parameters';
import { readOptions, readParameters } from '../../host/readRows';
import type { ResponseActionRequest } from '../../service/actionRequest';
import type { ResponseCall } from '../../service/calls';
import type { Onboarded } from '../../service/chooseRecord';
import { responseRequest } from '../../service/responseAction';
import type { Session } from '../../service/session';
import { chosenMachineId, readMachineChoice } from './chosenMachine';

/** A response action of the service, and what a user fills in for it. */
export interface Response {
	kind: ResponseCall;
	/** What it asks for beside device and comment: the parameter, and its name in the body of the request. */
	own?: { name: string; row: Row<string>; bodyName: string };
	/** Which records of a device count, by the value of its own parameter. */
	onboarded?(value?: string): Onboarded;
}

/** The parameters of a response action. */
export function responseFields({ own }: Response, wait: WaitSettings, more?: Rows): INodeProperties[] {
	const ownRows: Rows = own ? { [own.name]: own.row } : {};
	return [
		machineIdField,
		...fieldsOf(ownRows),
		...waitFields({ ...wait, options: { dryRun, ...wait.options } }, more, [
			commentField('Why it is done. Defender keeps it with the machine action.'),
		]),
	];
}

/** Reads what an item asks of a device. */
export function readResponse(context: IExecuteFunctions, { own }: Response, itemIndex: number) {
	return {
		machine: readMachineChoice(context, itemIndex),
		value: own && readParameters<Record<string, Row<string>>>(context, { [own.name]: own.row }, itemIndex)[own.name],
		comment: readComment(context, itemIndex),
		dryRun: readOptions(context, { dryRun }, itemIndex).dryRun,
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
	{ machine, comment, value }: ReturnType<typeof readResponse>,
): Promise<ResponseActionRequest> {
	const machineId = await chosenMachineId(session, machine, onboarded(value));
	return { machineId, comment, kind, ...(own && value !== undefined && { field: { name: own.bodyName, value } }) };
}

/** What a dry run shows of a request. */
export function shownRequest({ cloud }: Session, request: ResponseActionRequest): IDataObject {
	const { method, path, body } = responseRequest(request);
	return { dryRun: true, method, url: `${cloud.apiBaseUrl}/api${path}`, body };
}
