package dev.penstock.engine.packaging;

import dev.penstock.model.Rational;
import java.util.Optional;

/**
 * What the bytes of a rendition do not tell.
 *
 * @param id names its files, and it in manifests: letters, digits, {@code - _ .}; unlike any
 *     other's
 * @param name for people, who choose by it
 * @param language BCP 47 or ISO 639-2
 * @param isDefault whether players take it unless told otherwise
 * @param describesVideo whether it is an audio description
 * @param frameRate of video, where it is known better than from its times
 */
public record RenditionSpec(
    String id,
    String name,
    Optional<String> language,
    boolean isDefault,
    boolean describesVideo,
    Optional<Rational> frameRate,
    Protection protection) {
  public RenditionSpec {
    if (!id.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException("not a name for files: '" + id + "'");
    }
  }

  /** A clear rendition with nothing to choose it by. */
  public static RenditionSpec of(String id) {
    return new RenditionSpec(
        id, id, Optional.empty(), false, false, Optional.empty(), new Protection.None());
  }

  public RenditionSpec named(String newName, String newLanguage) {
    return new RenditionSpec(
        id, newName, Optional.of(newLanguage), isDefault, describesVideo, frameRate, protection);
  }

  public RenditionSpec asDefault() {
    return new RenditionSpec(id, name, language, true, describesVideo, frameRate, protection);
  }

  public RenditionSpec protectedBy(Protection newProtection) {
    return new RenditionSpec(
        id, name, language, isDefault, describesVideo, frameRate, newProtection);
  }
}
