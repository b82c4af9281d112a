/** The device that the acting part runs on. */
export interface OwnDevice {
	id: string;
	name: string;
	osPlatform: string;
	windows: boolean;
	/** As the service wrote it; empty where it does not say. */
	lastSeen: string;
	healthStatus: string;
}
