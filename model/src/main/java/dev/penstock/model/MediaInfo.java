package dev.penstock.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The facts of an input, read from its container and its first frames.
 *
 * @param source path or URL as the user gave it
 * @param format libav's short name(s) of the container, such as {@code mov,mp4,m4a}
 * @param formatName the container's name for people
 * @param start first timestamp in the file; what follows counts from it
 * @param bytes size, when the source has one
 */
public record MediaInfo(
    String source,
    String format,
    String formatName,
    Optional<Duration> duration,
    Duration start,
    OptionalLong bitRate,
    OptionalLong bytes,
    boolean seekable,
    Map<String, String> tags,
    List<Chapter> chapters,
    List<Track> tracks) {
  public MediaInfo {
    tags = Maps.sorted(tags);
    chapters = List.copyOf(chapters);
    tracks = List.copyOf(tracks);
  }

  public List<Track.Video> video() {
    return only(Track.Video.class);
  }

  public List<Track.Audio> audio() {
    return only(Track.Audio.class);
  }

  public List<Track.Subtitle> subtitles() {
    return only(Track.Subtitle.class);
  }

  private <T extends Track> List<T> only(Class<T> kind) {
    return tracks.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  public MediaInfo withTracks(List<Track> newTracks) {
    return new MediaInfo(
        source,
        format,
        formatName,
        duration,
        start,
        bitRate,
        bytes,
        seekable,
        tags,
        chapters,
        newTracks);
  }

  public MediaInfo withSource(String newSource) {
    return new MediaInfo(
        newSource,
        format,
        formatName,
        duration,
        start,
        bitRate,
        bytes,
        seekable,
        tags,
        chapters,
        tracks);
  }
}
