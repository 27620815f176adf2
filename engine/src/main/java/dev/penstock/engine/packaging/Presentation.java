package dev.penstock.engine.packaging;

import dev.penstock.engine.packaging.Rendition.Audio;
import dev.penstock.engine.packaging.Rendition.Video;
import java.util.List;

/**
 * What belongs together: renditions of one picture, its sounds and its subtitles.
 *
 * @param renditions in the order of preference where something depends on it: sounds that every
 *     player plays first
 */
public record Presentation(List<Rendition> renditions, List<Subtitles> subtitles) {
  public Presentation {
    renditions = List.copyOf(renditions);
    subtitles = List.copyOf(subtitles);
    if (renditions.isEmpty()) {
      throw new IllegalArgumentException("no rendition");
    }
  }

  public List<Rendition> video() {
    return renditions.stream().filter(r -> r.media() instanceof Video).toList();
  }

  public List<Rendition> audio() {
    return renditions.stream().filter(r -> r.media() instanceof Audio).toList();
  }
}
