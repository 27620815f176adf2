package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Packet;
import dev.penstock.engine.Expectations.Kind;
import dev.penstock.model.FailureException;
import dev.penstock.model.MediaInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file that was written, read to its end without being decoded.
 *
 * @param info empty when it cannot even be opened
 * @param tracks in its own order
 * @param broken why it could not be read to its end
 */
record ReadBack(Optional<MediaInfo> info, List<Found> tracks, Optional<String> broken) {
  ReadBack {
    tracks = List.copyOf(tracks);
  }

  /** One track of it. */
  record Found(Kind kind, String codec, PacketLog packets) {}

  /**
   * Reads the file.
   *
   * @param partial where it lies
   * @param target the name it will have
   */
  static ReadBack of(Path partial, Path target, Engine.Options options, Cancellation cancellation) {
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), options.log());
    try (Input written = Input.open(partial.toString(), reading, cancellation)) {
      return of(written, target, cancellation);
    } catch (FailureException e) {
      return new ReadBack(
          Optional.empty(), List.of(), Optional.of(e.failure().diagnosis().likelyCause()));
    }
  }

  private static ReadBack of(Input written, Path target, Cancellation cancellation) {
    MediaInfo info = written.info().withSource(target.toString());
    List<Found> tracks = new ArrayList<>();
    info.tracks().forEach(t -> tracks.add(new Found(Kind.of(t), t.codec(), new PacketLog())));
    Optional<String> broken = Optional.empty();
    try (var _ = written.demuxer().bindLog();
        Packet packet = Packet.create()) {
      while (!cancellation.isCancelled() && written.demuxer().read(packet)) {
        if (packet.track() < tracks.size()) {
          PacketLog log = tracks.get(packet.track()).packets();
          log.add(packet, written.demuxer().timeBase(packet.track()));
        }
      }
    } catch (AvException e) {
      broken = Optional.of(e.lastLog().isEmpty() ? e.reason() : e.lastLog());
    }
    return new ReadBack(Optional.of(info), tracks, broken);
  }
}
