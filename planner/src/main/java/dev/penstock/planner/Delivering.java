package dev.penstock.planner;

import dev.penstock.model.Delivery;
import dev.penstock.model.Delivery.Encryption;
import dev.penstock.model.Delivery.Scheme;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Receipt.Rejected;
import dev.penstock.model.Track;
import dev.penstock.model.VideoCodec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides how the renditions of a ladder reach their players: their layout, their encryption, and
 * what is said of captions in the pictures.
 *
 * @param protection empty for clear
 * @param sourceCaptions whether the source's first pictures carry captions
 */
record Delivering(Optional<Plan.Protection> protection, boolean sourceCaptions) {
  /** Letters that no URL has and that would end it in a playlist. */
  private static final String URL = "[^\\s\"\\p{Cntrl}]+";

  /**
   * @param texts whether there are subtitles among the renditions
   */
  static Delivering of(
      LadderSpec spec, Track.Video source, List<TrackPlan> tracks, boolean texts, Ledger ledger) {
    boolean segmented = isSegmented(spec);
    Optional<Plan.Protection> protection =
        spec.delivery().encryption().flatMap(asked -> protection(asked, spec, tracks, ledger));
    Delivering delivering = new Delivering(protection, source.closedCaptions());
    layout(spec, segmented, ledger);
    if (protection.isPresent() && texts) {
      ledger.note("subtitles are not encrypted: they are text beside the segments");
    }
    if (segmented) {
      delivering.decideCaptions(tracks, ledger);
    }
    return delivering;
  }

  private static boolean isSegmented(LadderSpec spec) {
    return spec.forms().contains(Form.HLS) || spec.forms().contains(Form.DASH);
  }

  // ---- layout

  private static void layout(LadderSpec spec, boolean segmented, Ledger ledger) {
    boolean files = spec.delivery().layout() == Delivery.Layout.FILES;
    if (files && !segmented) {
      ledger.refuseRequest(
          "--layout files",
          "there are no segments to lie in files of their own",
          "--format files makes one playable file of each rung",
          "leave --layout away, or ask for --format hls, dash or both");
    } else if (segmented) {
      ledger.decide(
          "layout",
          files ? "a file for each segment" : "a file for each rendition",
          files
              ? "--layout asks for it"
              : "players fetch ranges of it, and there are fewer files to move; --layout files"
                  + " suits servers and caches that know no ranges");
    }
  }

  // ---- encryption

  private static Optional<Plan.Protection> protection(
      Encryption asked, LadderSpec spec, List<TrackPlan> tracks, Ledger ledger) {
    checkForms(asked, spec, ledger);
    checkCodecs(asked, tracks, ledger);
    Optional<String> url = keyUrl(asked, ledger);
    url.ifPresent(told -> {
      decide(asked, ledger);
      ledger.decide(
          "key for players",
          told,
          asked.keyUrl().isPresent()
              ? "--key-url says where they get it"
              : "--key is a URL, and --key-url names no other");
    });
    return url.map(told -> new Plan.Protection(asked.scheme(), asked.keyId(), told));
  }

  private static void checkForms(Encryption asked, LadderSpec spec, Ledger ledger) {
    String option = "--encrypt " + asked.scheme().id();
    if (!isSegmented(spec)) {
      ledger.refuseRequest(
          option + " with --format files",
          "a file has no playlist that says where the key is",
          "keys are named by HLS playlists and DASH manifests",
          "ask for --format hls or dash, or leave --encrypt away");
    } else if (asked.scheme() == Scheme.AES_128 && spec.forms().contains(Form.DASH)) {
      ledger.refuseRequest(
          option + " with DASH",
          "DASH cannot carry it",
          "it encrypts whole segments, which only HLS knows; DASH encrypts samples",
          "use --encrypt cbcs, which both know, or --format hls");
    }
  }

  private static void checkCodecs(Encryption asked, List<TrackPlan> tracks, Ledger ledger) {
    if (asked.scheme() != Scheme.CBCS) {
      return;
    }
    String others =
        tracks.stream()
            .filter(EncodeVideo.class::isInstance)
            .map(track -> ((EncodeVideo) track).codec())
            .filter(codec -> codec != VideoCodec.H264 && codec != VideoCodec.HEVC)
            .map(VideoCodec::label)
            .distinct()
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      ledger.refuse(
          "--encrypt cbcs",
          others + " cannot be encrypted by samples here",
          "of video, the samples of H.264 and HEVC can",
          "leave that codec out of --codecs and --rungs, or use --encrypt aes-128 with HLS");
    }
  }

  private static Optional<String> keyUrl(Encryption asked, Ledger ledger) {
    Optional<String> url =
        asked.keyUrl().or(() -> Optional.of(asked.key()).filter(key -> key.contains("://")));
    if (url.isEmpty()) {
      ledger.refuseRequest(
          "--encrypt " + asked.scheme().id(),
          "players would not know where the key is",
          "playlists must name its URL, and --key is a file on this machine",
          "add --key-url, absolute or relative to the playlists, such as https://example.com/key");
    } else if (!url.get().matches(URL)) {
      ledger.refuseRequest(
          "--key-url",
          "is no URL",
          "it is empty, or has spaces or quotes in it",
          "write them as %20 and %22");
      return Optional.empty();
    }
    return url;
  }

  private static void decide(Encryption asked, Ledger ledger) {
    switch (asked.scheme()) {
      case AES_128 ->
          ledger.decide(
              "encryption",
              "AES-128 of whole segments",
              "--encrypt asks for it; every HLS player reads it",
              new Rejected(
                  "playlists of key frames", "in an encrypted segment none can be fetched alone"));
      case CBCS ->
          ledger.decide(
              "encryption",
              "AES-128 of samples, by the scheme cbcs, key " + asked.keyId(),
              "--encrypt asks for it; HLS and DASH share such segments");
    }
  }

  // ---- captions

  /** They are announced by what was written: they may begin late in the film. */
  private void decideCaptions(List<TrackPlan> tracks, Ledger ledger) {
    if (tracks.stream().noneMatch(Delivering::keepsCaptions)) {
      ledger.decide("captions", "none announced", "the encoders do not write them");
    } else if (sourceCaptions) {
      ledger.decide(
          "captions", "announced as CC1", "the source's pictures carry them, and so do the rungs'");
    } else {
      ledger.decide(
          "captions",
          "announced as CC1 if there are any",
          "the source's first pictures carry none; all that are written are looked through");
    }
  }

  private static boolean keepsCaptions(TrackPlan track) {
    return track instanceof EncodeVideo video
        && EncoderRecipe.named(video.encoder()).keepsCaptions();
  }
}
