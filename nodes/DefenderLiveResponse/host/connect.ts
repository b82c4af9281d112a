import { newCallStats } from '../service/callStats';
import { systemClock } from '../service/clock';
import type { CloudFields } from '../service/clouds';
import { cloudOf } from '../service/clouds';
import type { Limits } from '../service/pacing';
import { Secrets } from '../service/secrets';
import type { Session } from '../service/session';
import type { RequestContext } from './transport';
import { CREDENTIAL, transportOf, withCredentialRead } from './transport';

interface CredentialFields extends CloudFields {
	clientId?: string;
}

/**
 * What the calls of one execution share.
 *
 * @param resultLimits the user's limits for result links
 * @param signal aborted when the calls are to stop
 * @throws DefenderError when the credential would send requests somewhere unexpected
 */
export async function connect(
	context: RequestContext,
	resultLimits: Limits,
	signal: AbortSignal | undefined,
): Promise<Session> {
	const secrets = new Secrets();
	const reading = withCredentialRead(context, secrets);
	const fields = await reading.getCredentials<CredentialFields>(CREDENTIAL);
	const cloud = cloudOf(fields);
	return {
		transport: transportOf(reading),
		cloud,
		clock: systemClock,
		application: `${fields.tenantId} ${fields.clientId}`.toLowerCase(),
		caller: context,
		resultLimits,
		secrets,
		serviceClock: {},
		stats: newCallStats(),
		delivery: { sent: 'no' },
		signal,
	};
}
