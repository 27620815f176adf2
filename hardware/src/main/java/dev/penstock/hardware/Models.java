package dev.penstock.hardware;

import dev.penstock.model.Capability.Format;
import dev.penstock.model.Size;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What makers publish of their models and no driver tells: numbers of engines, and how many
 * pictures a second one engine encodes. It only says what to expect; what a device itself answers
 * goes before it.
 *
 * @param sources where rows come from, by the names they use
 * @param generations of NVIDIA GPUs
 * @param families GPUs of AMD and Intel
 * @param rates pictures of 1080p a second on one NVENC engine
 */
public record Models(
    String about,
    Map<String, String> sources,
    List<Model> models,
    List<Generation> generations,
    List<Family> families,
    List<Rate> rates) {

  /**
   * One model, or several that do not differ in this.
   *
   * @param name without the maker
   * @param pattern what the whole name matches that NVML gives, without {@code NVIDIA}
   * @param ids vendor and device, in lower case
   * @param generation as NVML names it
   * @param nvenc encoder engines of one GPU
   * @param nvdec decoder engines
   * @param nvjpeg JPEG engines; null where it is not published
   * @param ofa optical-flow engines; null where it is not published
   * @param memory GB as published; null where the name covers several sizes
   */
  public record Model(
      String name,
      String pattern,
      List<String> ids,
      String generation,
      int nvenc,
      int nvdec,
      @Nullable Integer nvjpeg,
      @Nullable Integer ofa,
      @Nullable Integer memory,
      List<String> sources) {
    public Model {
      ids = List.copyOf(ids);
      sources = List.copyOf(sources);
    }

    public OptionalInt jpegEngines() {
      return nvjpeg == null ? OptionalInt.empty() : OptionalInt.of(nvjpeg);
    }
  }

  /**
   * A published rate.
   *
   * @param generation as NVML names it
   * @param clock of the video engine in MHz at which it was measured; null where not published
   * @param tuning {@code low-latency} (CBR) or {@code high-quality} (VBR)
   */
  public record Rate(
      String generation,
      @Nullable Integer clock,
      String codec,
      String preset,
      String tuning,
      int fps,
      List<String> sources) {
    public Rate {
      sources = List.copyOf(sources);
    }
  }

  /**
   * NVIDIA GPUs that encode the same, if they have an encoder.
   *
   * @param generation as NVML names it
   */
  public record Generation(String generation, List<Encode> encode, List<String> sources) {
    public Generation {
      encode = List.copyOf(encode);
      sources = List.copyOf(sources);
    }
  }

  /**
   * GPUs of AMD or Intel that encode the same.
   *
   * @param vendor {@code amd} or {@code intel}
   * @param name of its products, without the maker
   * @param block that encodes, or the generation it is part of
   * @param vcn how versions of VCN begin that are this block
   * @param ids vendor and device, in lower case
   * @param encode empty where it has no encoder
   */
  public record Family(
      String vendor,
      String name,
      String block,
      List<String> vcn,
      List<String> ids,
      List<Encode> encode,
      List<String> sources) {
    public Family {
      vcn = List.copyOf(vcn);
      ids = List.copyOf(ids);
      encode = List.copyOf(encode);
      sources = List.copyOf(sources);
    }

    private boolean is(String version) {
      return vcn.stream().anyMatch(each -> (version + ".").startsWith(each + "."));
    }
  }

  /**
   * A codec a family encodes.
   *
   * @param bits of samples, 4:2:0
   * @param width of the largest picture; null where it is not published
   * @param height of it
   */
  public record Encode(
      String codec, List<Integer> bits, @Nullable Integer width, @Nullable Integer height) {
    public Encode {
      bits = List.copyOf(bits);
    }

    /** Of the largest picture. */
    public Optional<Size> most() {
      return width == null || height == null
          ? Optional.empty()
          : Optional.of(new Size(width, height));
    }

    public List<Format> formats() {
      return bits.stream().map(each -> new Format("4:2:0", each)).toList();
    }
  }

  private static final class Standard {
    static final Models MODELS = read();
  }

  private static Models read() {
    try (InputStream in = Models.class.getResourceAsStream("models.json")) {
      return JsonMapper.shared().readValue(Objects.requireNonNull(in), Models.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Models {
    models = List.copyOf(models);
    generations = List.copyOf(generations);
    families = List.copyOf(families);
    rates = List.copyOf(rates);
  }

  /** The table that is built in. */
  public static Models standard() {
    return Standard.MODELS;
  }

  /** By vendor and device, such as {@code 10de:26b9}. */
  public Optional<Model> withId(String id) {
    String wanted = id.toLowerCase(Locale.ROOT);
    return models.stream().filter(model -> model.ids().contains(wanted)).findFirst();
  }

  /**
   * Of AMD or Intel, by vendor and device, or else by the version of VCN.
   *
   * @param vcn such as {@code 4.0.0}; empty where it is not known
   */
  public Optional<Family> family(String id, String vcn) {
    String wanted = id.toLowerCase(Locale.ROOT);
    return families.stream()
        .filter(family -> family.ids().contains(wanted))
        .findFirst()
        .or(() -> families.stream().filter(family -> family.is(vcn)).findFirst());
  }

  /** Of NVIDIA, as NVML names it. */
  public Optional<Generation> generation(String name) {
    return generations.stream().filter(each -> each.generation().equals(name)).findFirst();
  }

  /** What is published of one engine of a generation, as NVML names it. */
  public List<Rate> rates(String generation, String codec) {
    return rates.stream()
        .filter(rate -> rate.generation().equals(generation) && rate.codec().equals(codec))
        .toList();
  }

  /** By the name NVML gives. */
  public Optional<Model> named(String name) {
    String plain = name.replaceFirst("^NVIDIA ", "");
    return models.stream().filter(model -> Pattern.matches(model.pattern(), plain)).findFirst();
  }
}
