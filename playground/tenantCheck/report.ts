import type { Outcome } from './check';
import { isEmulator, type Cloud } from './clouds';

/** Raised when the form of the report changes. */
const FORM = 1;

/** What is published: fixed texts are left to the table of claims, which is public. */
export interface Report {
	tenantCheck: number;
	package: string;
	/** Day, UTC. */
	date: string;
	/** Who answered: an emulator settles nothing. */
	answeredBy: 'service' | 'emulator';
	cloud: string;
	region: string;
	ran: boolean;
	/** With `--run`: the device's system, as Defender calls it. */
	osPlatform?: string;
	signIn: string;
	node: string;
	calls: number;
	polls: number;
	minutes: number;
	counts: { asExpected: number; differs: number; notAsked: number };
	claims: Array<{ id: string; result: string; found: string }>;
}

const OS_PLATFORM =
	/^(?:Windows|macOS|Linux|Ubuntu|RedHat|RHEL|CentOS|Debian|SUSE|SLES|OracleLinux|AmazonLinux|Fedora|Rocky|Alma|Mariner)[A-Za-z]{0,12}\d{0,4}$/i;

export function createReport(outcome: Outcome, cloud: Cloud, about: { packageVersion: string; nodeVersion: string; now: number }): Report {
	const count = (result: string) => outcome.results.filter((one) => one.result === result).length;
	const { osPlatform } = outcome;
	return {
		tenantCheck: FORM,
		package: about.packageVersion,
		date: new Date(about.now).toISOString().slice(0, 10),
		answeredBy: isEmulator(cloud) ? 'emulator' : 'service',
		cloud: cloud.name,
		region: cloud.region ?? 'global',
		ran: osPlatform !== undefined,
		...(osPlatform !== undefined && { osPlatform: OS_PLATFORM.test(osPlatform) ? osPlatform : 'another system' }),
		signIn: outcome.signIn,
		node: about.nodeVersion,
		calls: outcome.calls,
		polls: outcome.polls,
		minutes: Math.round(outcome.minutes * 10) / 10,
		counts: { asExpected: count('as expected'), differs: count('differs'), notAsked: count('not asked') },
		claims: outcome.results.map(({ claim, result, found }) => ({ id: claim.id, result, found })),
	};
}
