package dev.penstock.planner.placement;

import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;

/**
 * What a GPU has for one request.
 *
 * @param gpu its key
 * @param free what is left below the limits; negative where more is taken already
 * @param limit what there would be if it were idle
 * @param isWorking whether it has any work already
 * @param isCapped whether its sessions count against the limit of the whole system
 */
public record Offer(String gpu, Load free, Load limit, boolean isWorking, boolean isCapped) {
  /** What part of the limit is taken once this is on it too. */
  double shareWith(Load load, Dimension dimension) {
    long taken = limit.of(dimension) - free.of(dimension) + load.of(dimension);
    return (double) taken / Math.max(1, limit.of(dimension));
  }

  /** What part of the limit this alone is. */
  double share(Load load, Dimension dimension) {
    return (double) load.of(dimension) / Math.max(1, limit.of(dimension));
  }
}
