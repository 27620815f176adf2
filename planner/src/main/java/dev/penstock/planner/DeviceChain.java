package dev.penstock.planner;

import dev.penstock.model.Filter;
import dev.penstock.model.Plan.Surfaces;
import dev.penstock.model.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A chain of filters with as much as is worth it on a GPU. Each filter may run in the system's
 * memory, and where the GPU has a filter for the same on the GPU; going from one to the other is a
 * download or an upload. Of all ways through the chain the cheapest is taken: costs are in pixels,
 * weighed by what a filter does with each.
 *
 * <p>Begins and ends where it is told to. Filters that only look at times or tags run in both.
 */
final class DeviceChain {
  private static final int HOST = 0;
  private static final int DEVICE = 1;
  private static final double NEVER = 1e18;

  /** Of a pixel that crosses the bus, beside one that a scaler of the processor makes. */
  private static final double CROSSING = 0.3;

  private static final double ON_DEVICE = 0.02;

  /** Filters that touch no pixel, wherever it is. */
  private static final Set<String> WEIGHTLESS =
      Set.of("fps", "framestep", "setsar", "setdar", "setparams", "settb", "setpts", "null");

  private final Surfaces surfaces;
  private final List<String> available;
  private final List<Filter> steps;

  /**
   * Where pictures are, and how.
   *
   * @param format libav's name; of pictures on the device, of their pixels there
   */
  record Place(boolean onDevice, String format, Size size) {}

  private DeviceChain(Surfaces surfaces, List<String> available, List<Filter> steps) {
    this.surfaces = surfaces;
    this.available = available;
    this.steps = steps;
  }

  /**
   * The chain for a GPU.
   *
   * @param available names of the filters that the build has
   * @param steps for the system's memory
   * @param from where the pictures come from
   * @param format that they must have at the end
   * @param ends where they may be at the end: the encoder takes them from there
   */
  static List<Filter> of(
      Surfaces surfaces,
      List<String> available,
      List<Filter> steps,
      Place from,
      String format,
      Set<Boolean> ends) {
    return new DeviceChain(surfaces, available, steps).cheapest(from, format, ends);
  }

  /** Where pictures are behind a chain. */
  static boolean endsOnDevice(boolean begins, List<Filter> chain) {
    boolean onDevice = begins;
    for (Filter filter : chain) {
      if (filter.name().equals("hwupload")) {
        onDevice = true;
      } else if (filter.name().equals("hwdownload")) {
        onDevice = false;
      }
    }
    return onDevice;
  }

  private List<Filter> cheapest(Place from, String format, Set<Boolean> ends) {
    int[][] cameFrom = new int[steps.size() + 1][2];
    double[] cost = {NEVER, NEVER};
    cost[from.onDevice() ? DEVICE : HOST] = 0;
    Size size = from.size();
    for (int i = 0; i < steps.size(); i++) {
      Filter step = steps.get(i);
      Size out = sizeAfter(step, size);
      double[] next = {NEVER, NEVER};
      for (int where : new int[] {HOST, DEVICE}) {
        for (int before : new int[] {HOST, DEVICE}) {
          double sum = cost[before] + crossing(before, where, size) + work(step, where, size, out);
          if (sum < next[where]) {
            next[where] = sum;
            cameFrom[i][where] = before;
          }
        }
      }
      cost = next;
      size = out;
    }
    return build(from, format, route(cost, cameFrom, ends, size));
  }

  private static double crossing(int before, int where, Size size) {
    return before == where ? 0 : CROSSING * size.pixels();
  }

  /** Where each step runs, and at the end where the pictures are handed over. */
  private int[] route(double[] cost, int[][] cameFrom, Set<Boolean> ends, Size size) {
    int[] where = new int[steps.size() + 1];
    double best = NEVER;
    int last = HOST;
    for (int end : new int[] {DEVICE, HOST}) {
      for (int before : new int[] {DEVICE, HOST}) {
        // An encoder that takes pictures of either memory uploads them itself, without a pool.
        double own = end == HOST && ends.contains(true) ? 0.9 * CROSSING * size.pixels() : 0;
        double sum = cost[before] + crossing(before, end, size) + own;
        if (ends.contains(end == DEVICE) && sum < best) {
          best = sum;
          where[steps.size()] = end;
          last = before;
        }
      }
    }
    for (int i = steps.size() - 1; i >= 0; i--) {
      where[i] = last;
      last = cameFrom[i][last];
    }
    return where;
  }

  private double work(Filter step, int where, Size in, Size out) {
    if (WEIGHTLESS.contains(step.name())) {
      return 0;
    }
    long pixels = Math.max(in.pixels(), out.pixels());
    if (where == DEVICE) {
      return onDevice(step).isPresent() ? ON_DEVICE * pixels : NEVER;
    }
    return weight(step) * pixels;
  }

  private static double weight(Filter step) {
    return switch (step.name()) {
      case "tonemap", "zscale" -> 3;
      case "bwdif" -> 1.5;
      case "scale" -> 1;
      case "format" -> 0; // an upload does it too
      default -> 0.3;
    };
  }

  private static Size sizeAfter(Filter step, Size size) {
    return switch (step.name()) {
      case "scale", "crop", "pad" ->
          step.args().containsKey("w") ? new Size(number(step, "w"), number(step, "h")) : size;
      case "transpose" -> size.turned();
      default -> size;
    };
  }

  private static int number(Filter step, String arg) {
    return Integer.parseInt(Objects.requireNonNull(step.args().get(arg)));
  }

  // ---- building

  private List<Filter> build(Place from, String format, int[] where) {
    List<Filter> chain = new ArrayList<>();
    boolean onDevice = from.onDevice();
    String now = from.format();
    for (int i = 0; i <= steps.size(); i++) {
      boolean wanted = where[i] == DEVICE;
      if (wanted != onDevice) {
        now = wanted ? upload(chain, now, format) : download(chain, now, i == steps.size());
        onDevice = wanted;
      }
      if (i < steps.size()) {
        now = add(chain, steps.get(i), onDevice, now);
      }
    }
    if (!now.equals(format)) {
      add(
          chain,
          Filter.of("format", "it is what the encoder takes", "pix_fmts", format),
          onDevice,
          now);
    }
    return chain;
  }

  private String upload(List<Filter> chain, String now, String format) {
    if (!now.equals(format)) {
      chain.add(Filter.of("format", "the GPU has pictures in this format", "pix_fmts", format));
    }
    chain.add(Filter.of("hwupload", "what follows runs on the GPU"));
    return format;
  }

  private static String download(List<Filter> chain, String now, boolean end) {
    chain.add(
        Filter.of(
            "hwdownload",
            end ? "the processor encodes" : "the GPU has no filter for what follows"));
    chain.add(Filter.of("format", "it is the format on the GPU", "pix_fmts", now));
    return now;
  }

  /** Adds a step; the format behind it. */
  private String add(List<Filter> chain, Filter step, boolean onDevice, String now) {
    String after = step.name().equals("format") ? step.args().getOrDefault("pix_fmts", now) : now;
    if (step.name().equals("format") && after.equals(now)) {
      return now;
    }
    if (!onDevice || WEIGHTLESS.contains(step.name())) {
      chain.add(step);
    } else if (!isConversion(step)) {
      chain.add(onDevice(step).orElseThrow());
    }
    return after;
  }

  /** A scaler of the processor's that stands before a format; those of GPUs do both at once. */
  private static boolean isConversion(Filter step) {
    return step.name().equals("scale") && !step.args().containsKey("w");
  }

  // ---- the filters of the devices

  private Optional<Filter> onDevice(Filter step) {
    Optional<Filter> found =
        switch (surfaces) {
          case CUDA -> cuda(step);
          case VAAPI -> vaapi(step);
          case QSV -> qsv(step);
          case VULKAN, NONE -> Optional.empty();
        };
    return found.filter(filter -> available.contains(filter.name()));
  }

  private static Optional<Filter> cuda(Filter step) {
    return switch (step.name()) {
      case "scale" -> scaled(step, "scale_cuda", "interp_algo", "bicubic");
      case "format" -> as(step, "scale_cuda", "format:pix_fmts");
      case "bwdif" -> as(step, "bwdif_cuda", "mode", "parity", "deint");
      case "pad" -> as(step, "pad_cuda", "w", "h", "x", "y", "color");
      default -> Optional.empty();
    };
  }

  private static Optional<Filter> vaapi(Filter step) {
    return switch (step.name()) {
      case "scale" -> scaled(step, "scale_vaapi", "mode", "hq");
      case "format" -> as(step, "scale_vaapi", "format:pix_fmts");
      case "bwdif" ->
          with("auto", "interlaced".equals(step.args().get("deint")) ? "1" : "0")
              .in(as(step, "deinterlace_vaapi"));
      case "transpose" -> as(step, "transpose_vaapi", "dir");
      case "hflip", "vflip" -> with("dir", step.name()).in(as(step, "transpose_vaapi"));
      case "pad" -> as(step, "pad_vaapi", "w", "h", "x", "y", "color");
      default -> Optional.empty();
    };
  }

  private static Optional<Filter> qsv(Filter step) {
    return switch (step.name()) {
      case "scale" -> scaled(step, "vpp_qsv", "scale_mode", "hq");
      case "format" -> as(step, "vpp_qsv", "format:pix_fmts");
      case "bwdif" -> with("deinterlace", "advanced").in(as(step, "vpp_qsv"));
      case "transpose" -> as(step, "vpp_qsv", "transpose:dir");
      case "hflip", "vflip" -> with("transpose", step.name()).in(as(step, "vpp_qsv"));
      case "crop" -> as(step, "vpp_qsv", "cw:w", "ch:h", "cx:x", "cy:y");
      default -> Optional.empty();
    };
  }

  /** Of RGB and gray, and of fields, only the processor's scaler knows how to treat them. */
  private static Optional<Filter> scaled(Filter step, String name, String how, String value) {
    return Set.of("w", "h", "flags").containsAll(step.args().keySet())
        ? with(how, value).in(as(step, name, "w", "h"))
        : Optional.empty();
  }

  /**
   * The same under another name.
   *
   * @param kept the arguments that stay, as {@code NAME}, or as {@code NEW:OLD}
   */
  private static Optional<Filter> as(Filter step, String name, String... kept) {
    SequencedMap<String, String> args = new LinkedHashMap<>();
    for (String each : kept) {
      int colon = each.indexOf(':');
      String value = step.args().get(each.substring(colon + 1));
      if (value != null) {
        args.put(colon < 0 ? each : each.substring(0, colon), value);
      }
    }
    return Optional.of(new Filter(name, args, step.why()));
  }

  private static More with(String name, String value) {
    return new More(name, value);
  }

  /** One more argument. */
  private record More(String name, String value) {
    Optional<Filter> in(Optional<Filter> filter) {
      return filter.map(each -> {
        SequencedMap<String, String> args = new LinkedHashMap<>(each.args());
        args.put(name, value);
        return new Filter(each.name(), args, each.why());
      });
    }
  }
}
