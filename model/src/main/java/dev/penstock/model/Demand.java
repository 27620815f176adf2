package dev.penstock.model;

import java.util.List;

/**
 * What a plan takes of a machine while one piece of it is worked on. It holds for the model of GPU
 * that the plan is for.
 *
 * @param source decoding and what all renditions share; taken on each GPU that has any of them
 * @param sessions one for each rendition; none where no pictures are encoded
 * @param cores thousandths of a core of the processor, for all of it
 * @param elastic whether it is done as fast as there is room for, rather than at a speed that it
 *     has to keep
 * @param assumed what was not known and is a guess, for people
 */
public record Demand(
    Load source, List<Session> sessions, long cores, boolean elastic, List<String> assumed) {
  public Demand {
    sessions = List.copyOf(sessions);
    assumed = List.copyOf(assumed);
  }

  /**
   * One rendition.
   *
   * @param track of the plan
   * @param what for people, such as {@code 1280x720 H.264}
   */
  public record Session(int track, String what, Load load) {}

  /** All that one GPU has to have for all of it; without the processor. */
  public Load onGpu() {
    return sessions.stream().map(Session::load).reduce(source, Load::plus);
  }

  /** Whether any of it is a GPU's. */
  public boolean isGpu() {
    return !onGpu().equals(Load.NONE);
  }
}
