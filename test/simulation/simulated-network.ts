// The network of one client.

export class SimulatedNetwork {
  /** Nothing passes in either direction. Pending messages wait for its return, or are lost. */
  isCut = false;
}
