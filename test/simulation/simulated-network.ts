// The way between one client and everything else.

export class SimulatedNetwork {
  /** Nothing gets through in either direction; what was under way waits for its return, or is lost. */
  isCut = false;
}
