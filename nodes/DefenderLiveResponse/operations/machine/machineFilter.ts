import { literal } from '../../service/odata';

/** What the user wants to see; empty texts filter nothing. */
export interface MachineFilters {
	computerDnsName?: string;
	/** How the name is compared; the service keeps names in lower case. */
	match?: 'exact' | 'startsWith';
	lastIpAddress?: string;
	tag?: string;
	healthStatus?: string;
	osPlatform?: string;
}

/** The OData filter for devices. */
export function machineFilter({ computerDnsName, match, tag, ...others }: MachineFilters): string {
	const name = literal((computerDnsName ?? '').toLowerCase());
	const byName = match === 'startsWith' ? `startswith(computerDnsName,${name})` : `computerDnsName eq ${name}`;
	const equals = (property: keyof typeof others) => {
		const value = others[property];
		return value ? `${property} eq ${literal(value)}` : '';
	};
	return [
		computerDnsName ? byName : '',
		equals('lastIpAddress'),
		tag ? `machineTags/any(tag: tag eq ${literal(tag)})` : '',
		equals('healthStatus'),
		equals('osPlatform'),
	]
		.filter((part) => part !== '')
		.join(' and ');
}
