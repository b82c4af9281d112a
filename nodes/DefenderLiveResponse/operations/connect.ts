import type { IExecuteFunctions } from 'n8n-workflow';
import { systemClock } from '../service/clock';
import type { CloudFields } from '../service/clouds';
import { cloudOf } from '../service/clouds';
import type { Limits } from '../service/pacing';
import type { Session } from '../service/session';
import { CREDENTIAL, transportOf } from './transport';

interface CredentialFields extends CloudFields {
	clientId?: string;
}

/**
 * What the calls of one execution share.
 *
 * @param resultLimits the user's limits for result links
 * @throws DefenderError when the credential would send requests somewhere unexpected
 */
export async function connect(context: IExecuteFunctions, resultLimits: Limits): Promise<Session> {
	const fields = await context.getCredentials<CredentialFields>(CREDENTIAL);
	const cloud = cloudOf(fields);
	return {
		transport: transportOf(context),
		cloud,
		clock: systemClock,
		application: `${cloud.apiBaseUrl} ${fields.tenantId} ${fields.clientId}`.toLowerCase(),
		resultLimits,
		signal: context.getExecutionCancelSignal(),
	};
}
