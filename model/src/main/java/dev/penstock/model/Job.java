package dev.penstock.model;

/** What a user can ask for. */
public sealed interface Job permits JobSpec, LadderSpec {
  /** Path, URL or {@code -}. */
  String input();

  /** The same with other segments. */
  Job withSegments(JobSpec.Segments wanted);

  /**
   * The same from and to other places.
   *
   * @param to the file of a transcode, the folder of a ladder
   */
  Job withPlaces(String from, String to);
}
