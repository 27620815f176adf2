package dev.penstock.hardware.trial;

import dev.penstock.model.Capability.Api;
import java.time.Duration;
import java.util.Optional;

/**
 * What is to be tried, as one word for a {@link TrialProbe}: {@code h264_nvenc@0000:3b:00.0}.
 *
 * @param name of an encoder of libav; a codec with {@code _nvdec} or {@code _vadec} for its decoder
 *     by NVDEC or VA-API, or {@link #LINK} for the PCIe link under load
 * @param device a PCI address or a UUID; empty where there is none to choose
 */
public record Wish(String name, Optional<String> device) {
  /** The PCIe link of a device, measured while it works. */
  public static final String LINK = "link";

  /** How the reason begins for which a decoder could not be tried. */
  public static final String NO_STREAM = "nothing to decode";

  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration COMPILING = Duration.ofSeconds(20);
  private static final String NVDEC = "_nvdec";

  /** Apart from the encoder of the same codec, which has the name of the interface. */
  private static final String VAAPI = "_vadec";

  public static Wish of(String word) {
    int at = word.indexOf('@');
    return at < 0
        ? new Wish(word, Optional.empty())
        : new Wish(word.substring(0, at), Optional.of(word.substring(at + 1)));
  }

  /** An encoder on a device. */
  public static Wish encode(String encoder, String device) {
    return new Wish(encoder, Optional.of(device));
  }

  /**
   * A codec's decoder on a device.
   *
   * @param api NVDEC or VA-API
   */
  public static Wish decode(String codec, Api api, String device) {
    return new Wish(codec + (api == Api.VAAPI ? VAAPI : NVDEC), Optional.of(device));
  }

  /** The link of a device. */
  public static Wish link(String device) {
    return new Wish(LINK, Optional.of(device));
  }

  public boolean decodes() {
    return name.endsWith(NVDEC) || name.endsWith(VAAPI);
  }

  public boolean isLink() {
    return name.equals(LINK);
  }

  /** What encodes or decodes: the last part of its name, such as {@code nvenc}. */
  public String kind() {
    return name.substring(name.lastIndexOf('_') + 1);
  }

  /** The first part of its name, such as {@code h264}. */
  public String codec() {
    return name.substring(0, Math.max(0, name.lastIndexOf('_')));
  }

  /**
   * How long it may take before it counts as hung. The first decoder on a machine waits for kernels
   * to be compiled.
   *
   * @param left of the time for all trials
   * @return empty when it is not to be begun, as it might not be over in what is left
   */
  public Optional<Duration> deadline(Duration left) {
    Duration longest = decodes() ? COMPILING : LONGEST;
    return left.compareTo(LONGEST) < 0
        ? Optional.empty()
        : Optional.of(left.compareTo(longest) < 0 ? left : longest);
  }

  public String word() {
    return device.map(each -> name + "@" + each).orElse(name);
  }
}
