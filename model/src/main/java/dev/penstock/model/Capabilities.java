package dev.penstock.model;

import java.util.List;
import java.util.Optional;

/**
 * What this build and this machine can do.
 *
 * @param encoders every encoder that was looked at, the unusable ones too
 * @param filters names of the filters the linked libavfilter has
 * @param containers the containers it can write
 * @param devices the GPUs, where they were looked at
 * @param loads what others have them do, as far as it was read
 */
public record Capabilities(
    String build,
    List<EncoderFacts> encoders,
    List<String> filters,
    List<ContainerFacts> containers,
    List<Device> devices,
    List<GpuLoad> loads) {
  public Capabilities {
    encoders = List.copyOf(encoders);
    filters = List.copyOf(filters);
    containers = List.copyOf(containers);
    devices = List.copyOf(devices);
    loads = List.copyOf(loads);
  }

  /** Of a build alone. */
  public Capabilities(
      String build,
      List<EncoderFacts> encoders,
      List<String> filters,
      List<ContainerFacts> containers) {
    this(build, encoders, filters, containers, List.of(), List.of());
  }

  /** The same with the GPUs of a machine. */
  public Capabilities withDevices(List<Device> machine) {
    return new Capabilities(build, encoders, filters, containers, machine, loads);
  }

  /** The same while its GPUs do this for others. */
  public Capabilities withLoads(List<GpuLoad> now) {
    return new Capabilities(build, encoders, filters, containers, devices, now);
  }

  public Optional<EncoderFacts> encoder(String name) {
    return encoders.stream().filter(encoder -> encoder.name().equals(name)).findFirst();
  }

  public Optional<ContainerFacts> container(String format) {
    return containers.stream().filter(container -> container.format().equals(format)).findFirst();
  }

  /**
   * One encoder.
   *
   * @param name libav's encoder name, such as {@code libx264}
   * @param codec libav's codec name, such as {@code h264}
   * @param pixelFormats accepted by a video encoder, best first
   * @param sampleFormats accepted by an audio encoder
   * @param sampleRates accepted by an audio encoder; empty means any
   * @param options those that {@code --encoder-option} may set
   */
  public record EncoderFacts(
      String name,
      String codec,
      boolean hardware,
      List<String> pixelFormats,
      List<String> sampleFormats,
      List<Integer> sampleRates,
      List<OptionFacts> options) {
    public EncoderFacts {
      pixelFormats = List.copyOf(pixelFormats);
      sampleFormats = List.copyOf(sampleFormats);
      sampleRates = List.copyOf(sampleRates);
      options = List.copyOf(options);
    }

    public Optional<OptionFacts> option(String optionName) {
      return options.stream().filter(option -> option.name().equals(optionName)).findFirst();
    }
  }

  /**
   * One option of an encoder.
   *
   * @param min smallest number accepted, when it takes one
   * @param max largest number accepted, when it takes one
   * @param constants names accepted in place of a number
   */
  public record OptionFacts(
      String name, Kind kind, double min, double max, List<String> constants, String help) {
    public OptionFacts {
      constants = List.copyOf(constants);
    }

    public enum Kind {
      NUMBER,
      SWITCH,
      TEXT
    }
  }

  /**
   * One container format that can be written.
   *
   * @param format libav's muxer name
   * @param codecs the codecs its specification, as libav knows it, allows
   */
  public record ContainerFacts(String format, List<String> codecs) {
    public ContainerFacts {
      codecs = List.copyOf(codecs);
    }

    public boolean holds(String codec) {
      return codecs.contains(codec);
    }
  }
}
