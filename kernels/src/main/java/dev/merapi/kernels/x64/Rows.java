package dev.merapi.kernels.x64;

/// Rows of the table that many instructions share, all but their opcode, which stands for `%`. The
/// notation is that of [Instruction].
final class Rows {
  // Floating point: packed and scalar, 32 and 64 bits.
  static final String PS = "rvm v v v/m,np.0f.%,vex avx,evex w0 b32 f";
  static final String PD = "rvm v v v/m,66.0f.%,vex avx,evex w1 b64 f";
  static final String SS = "rvm x x x/m32,f3.0f.%,vex avx,evex w0 scalar f";
  static final String SD = "rvm x x x/m64,f2.0f.%,vex avx,evex w1 scalar f";
  static final String PS_OF_ONE = "rm v v/m,np.0f.%,vex avx,evex w0 b32 f";
  static final String PD_OF_ONE = "rm v v/m,66.0f.%,vex avx,evex w1 b64 f";
  static final String PS_LOGIC = "rvm v v v/m,np.0f.%,vex avx,evex w0 b32 dq";
  static final String PD_LOGIC = "rvm v v v/m,66.0f.%,vex avx,evex w1 b64 dq";
  static final String FMA_PS = "rvm v v v/m,66.0f38.%,vex w0 fma,evex w0 b32 f";
  static final String FMA_PD = "rvm v v v/m,66.0f38.%,vex w1 fma,evex w1 b64 f";
  static final String FMA_SS = "rvm x x x/m32,66.0f38.%,vex w0 fma,evex w0 scalar f";
  static final String FMA_SD = "rvm x x x/m64,66.0f38.%,vex w1 fma,evex w1 scalar f";

  // Integer lanes.
  static final String BYTES = "rvm v v v/m,66.0f.%,vex avx2,evex bw";
  static final String DWORDS = "rvm v v v/m,66.0f.%,vex avx2,evex w0 b32 f";
  static final String QWORDS = "rvm v v v/m,66.0f.%,vex avx2,evex w1 b64 f";
  static final String BYTES_38 = "rvm v v v/m,66.0f38.%,vex avx2,evex bw";
  static final String DWORDS_38 = "rvm v v v/m,66.0f38.%,vex w0 avx2,evex w0 b32 f";
  static final String QWORDS_38 = "rvm v v v/m,66.0f38.%,vex w1 avx2,evex w1 b64 f";
  static final String VEX_INTEGER = "rvm v v v/m,66.0f.%,vex avx2";
  static final String EVEX_D = "rvm v v v/m,66.0f.%,evex w0 b32 f";
  static final String EVEX_Q = "rvm v v v/m,66.0f.%,evex w1 b64 f";
  static final String EVEX_D_38 = "rvm v v v/m,66.0f38.%,evex w0 b32 f";
  static final String EVEX_Q_38 = "rvm v v v/m,66.0f38.%,evex w1 b64 f";
  static final String EVEX_B_38 = "rvm v v v/m,66.0f38.%,evex w0 bw";
  static final String EVEX_W_38 = "rvm v v v/m,66.0f38.%,evex w1 bw";
  static final String EVEX_D_OF_ONE = "rm v v/m,66.0f38.%,evex w0 b32 f";
  static final String EVEX_Q_OF_ONE = "rm v v/m,66.0f38.%,evex w1 b64 f";

  // With a constant of 8 bits behind the opcode.
  static final String VEX_IMM = "rmi v v/m u8,66.0f3a.%,vex avx";
  static final String EVEX_PS_IMM = "rmi v v/m u8,66.0f3a.%,evex w0 b32 f";
  static final String EVEX_PD_IMM = "rmi v v/m u8,66.0f3a.%,evex w1 b64 f";
  static final String EVEX_PS_2_IMM = "rvmi v v v/m u8,66.0f3a.%,evex w0 b32 f";
  static final String EVEX_PD_2_IMM = "rvmi v v v/m u8,66.0f3a.%,evex w1 b64 f";
  static final String QUARTERS_D = "rvmi v v v/m u8,66.0f3a.%,evex w0 b32 256 512 f";
  static final String QUARTERS_Q = "rvmi v v v/m u8,66.0f3a.%,evex w1 b64 256 512 f";

  // Comparisons into masks.
  static final String COMPARE_D = "rvmi k v v/m u8,66.0f3a.%,evex w0 b32 f";
  static final String COMPARE_Q = "rvmi k v v/m u8,66.0f3a.%,evex w1 b64 f";
  static final String COMPARE_B = "rvmi k v v/m u8,66.0f3a.%,evex w0 bw";
  static final String COMPARE_W = "rvmi k v v/m u8,66.0f3a.%,evex w1 bw";
  static final String EQUAL_B = "rvm v v v/m,66.0f.%,vex avx2;rvm k v v/m,66.0f.%,evex w0 bw";
  static final String EQUAL_D = "rvm v v v/m,66.0f.%,vex avx2;rvm k v v/m,66.0f.%,evex w0 b32 f";
  static final String EQUAL_Q =
      "rvm v v v/m,66.0f38.%,vex avx2;rvm k v v/m,66.0f38.%,evex w1 b64 f";

  // Loads and stores.
  static final String MOVE_PS =
      "rm v v/m,np.0f.%0,vex avx,evex w0 f;mr m v,np.0f.%1,vex avx,evex w0 f";
  static final String MOVE_PD =
      "rm v v/m,66.0f.%0,vex avx,evex w1 f;mr m v,66.0f.%1,vex avx,evex w1 f";
  static final String MOVE_APS =
      "rm v v/m,np.0f.%8,vex avx,evex w0 f;mr m v,np.0f.%9,vex avx,evex w0 f";
  static final String MOVE_APD =
      "rm v v/m,66.0f.%8,vex avx,evex w1 f;mr m v,66.0f.%9,vex avx,evex w1 f";
  static final String MOVE_VEX_INTEGER = "rm v v/m,%.0f.6f,vex avx;mr m v,%.0f.7f,vex avx";
  static final String MOVE_W0 = "rm v v/m,%.0f.6f,evex w0 f;mr m v,%.0f.7f,evex w0 f";
  static final String MOVE_W1 = "rm v v/m,%.0f.6f,evex w1 f;mr m v,%.0f.7f,evex w1 f";
  static final String MOVE_W0_BW = "rm v v/m,%.0f.6f,evex w0 bw;mr m v,%.0f.7f,evex w0 bw";
  static final String MOVE_W1_BW = "rm v v/m,%.0f.6f,evex w1 bw;mr m v,%.0f.7f,evex w1 bw";

  // Lanes that become wider or narrower.
  static final String WIDEN_2 = "rm v v2/m,66.0f38.%,vex avx2,evex w0 f";
  static final String WIDEN_4 = "rm v v4/m,66.0f38.%,vex avx2,evex w0 f";
  static final String WIDEN_8 = "rm v v8/m,66.0f38.%,vex avx2,evex w0 f";
  static final String WIDEN_BYTES = "rm v v2/m,66.0f38.%,vex avx2,evex w0 bw";
  static final String NARROW_2 = "mr v2/m v,f3.0f38.%,evex w0 f";
  static final String NARROW_4 = "mr v4/m v,f3.0f38.%,evex w0 f";
  static final String NARROW_8 = "mr v8/m v,f3.0f38.%,evex w0 f";
  static final String NARROW_WORDS = "mr v2/m v,f3.0f38.%,evex w0 bw";

  // Mask registers.
  static final String K_B = "rvm k k k,66.0f.%,vex l1 w0 dq";
  static final String K_W = "rvm k k k,np.0f.%,vex l1 w0 f";
  static final String K_D = "rvm k k k,66.0f.%,vex l1 w1 bw";
  static final String K_Q = "rvm k k k,np.0f.%,vex l1 w1 bw";
  static final String K_B_OF_ONE = "rm k k,66.0f.%,vex w0 dq";
  static final String K_W_OF_ONE = "rm k k,np.0f.%,vex w0 f";
  static final String K_D_OF_ONE = "rm k k,66.0f.%,vex w1 bw";
  static final String K_Q_OF_ONE = "rm k k,np.0f.%,vex w1 bw";

  // Integers and control.
  static final String UNARY = "m r/s,f7/%;m r8/s,f6/%";
  static final String SHIFT = "m- r/s 1,d1/%;mi r/s u8,c1/%;m- r/s cl,d3/%";
  static final String JUMP = "d rel8,7%;d rel32,0f.8%";
  static final String SELECT = "rm r r/m,0f.4%";
  static final String SET = "m r8/m,0f.9%";

  private Rows() {}
}
