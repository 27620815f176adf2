import dev.penstock.av.Decoder;
import dev.penstock.av.Demuxer;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.HwDevice;
import dev.penstock.av.Interrupt;
import dev.penstock.av.Location;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the handles on a GPU cost and give without the engine: how long it takes to open and close them, and how many frames
 * sessions decode and scale together, each on a thread of its own.
 *
 * Arguments: input, PCI address or UUID of the GPU.
 */
public final class Sessions {
  static final LogScope LOG = LogScope.silent();
  static String file, gpu;
  static double ms(long since) { return (System.nanoTime() - since) / 1e6; }

  /** decode [frames] and scale; returns count */
  static int session(HwDevice device, int limit, double[] times) throws Exception {
    Interrupt i = Interrupt.of(() -> false);
    try (i; Demuxer in = Demuxer.open(Location.of(file), i, LOG)) {
      long t = System.nanoTime();
      int n = 0;
      FilterGraph graph = null;
      try (Decoder decoder = Decoder.open(in, 0, device, 0, LOG); Packet packet = Packet.create()) {
        if (times != null) times[0] = ms(t);
        t = System.nanoTime();
        boolean end = false;
        while (n < limit) {
          if (!end) { end = !in.read(packet); if (!end && packet.track() != 0) continue; }
          decoder.send(end ? null : packet);
          while (true) {
            try (Frame frame = Frame.create()) {
              Flow flow = decoder.receive(frame);
              if (flow != Flow.OK) { if (flow == Flow.END) limit = n; break; }
              if (n == 0 && times != null) times[1] = ms(t);
              if (graph == null) {
                t = System.nanoTime();
                graph = FilterGraph.open("scale_cuda=w=1280:h=720:interp_algo=bicubic,scale_cuda=w=64:h=64:format=nv12,hwdownload,format=nv12", frame, in.timeBase(0), null, device, LOG);
                if (times != null) times[2] = ms(t);
                t = System.nanoTime();
              }
              graph.send(frame);
              try (Frame out = Frame.create()) { graph.receive(out); }
              if (n == 0 && times != null) times[3] = ms(t);
              n++;
            }
          }
        }
        t = System.nanoTime();
        if (graph != null) graph.close();
        if (times != null) times[4] = ms(t);
        t = System.nanoTime();
      }
      if (times != null) times[5] = ms(t);
      return n;
    }
  }

  public static void main(String[] a) throws Exception {
    file = a[0]; gpu = a[1];
    for (int i = 0; i < 4; i++) {
      long t = System.nanoTime(); HwDevice d = HwDevice.cuda(gpu, LOG); double o = ms(t);
      double[] times = new double[6]; session(d, 50, times);
      t = System.nanoTime(); d.close();
      System.out.printf("alone: device %.1f, decoder %.1f, first frame %.1f, graph %.1f, first scaled %.1f, graph close %.1f, decoder close %.1f, device close %.1f ms%n", o, times[0], times[1], times[2], times[3], times[4], times[5], ms(t));
    }
    try (HwDevice keeper = HwDevice.cuda(gpu, LOG)) {
      for (int i = 0; i < 4; i++) {
        long t = System.nanoTime(); HwDevice d = HwDevice.cuda(gpu, LOG); double o = ms(t);
        double[] times = new double[6]; session(d, 50, times);
        t = System.nanoTime(); d.close();
        System.out.printf("kept: device %.1f, decoder %.1f, first frame %.1f, graph %.1f, first scaled %.1f, graph close %.1f, decoder close %.1f, device close %.1f ms%n", o, times[0], times[1], times[2], times[3], times[4], times[5], ms(t));
      }
      for (int n : new int[] {1, 2, 4, 7, 8, 14}) {
        ExecutorService pool = Executors.newFixedThreadPool(n);
        long t = System.nanoTime(); List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < n; i++) all.add(pool.submit(() -> { try (HwDevice d = HwDevice.cuda(gpu, LOG)) { return session(d, 1 << 30, null); } }));
        int frames = 0; for (Future<Integer> f : all) frames += f.get();
        System.out.printf("%d sessions: %d frames, %.0f fps together%n", n, frames, frames / ms(t) * 1e3);
        pool.shutdown();
      }
      // the same device (and stream) for all
      for (int n : new int[] {4, 8}) {
        ExecutorService pool = Executors.newFixedThreadPool(n);
        long t = System.nanoTime(); List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < n; i++) all.add(pool.submit(() -> session(keeper, 1 << 30, null)));
        int frames = 0; for (Future<Integer> f : all) frames += f.get();
        System.out.printf("%d sessions of one stream: %d frames, %.0f fps together%n", n, frames, frames / ms(t) * 1e3);
        pool.shutdown();
      }
    }
    System.exit(0);
  }
}
