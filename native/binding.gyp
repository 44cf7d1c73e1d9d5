# The addon: engine, memory and their bindings to Node. Kernels of each instruction set are a static library with its
# own compiler flags; everything else is compiled for the plain architecture, so that one binary runs on every processor
# and chooses at run time (engine/dispatch.cc).
{
  'variables': {
    # Every such processor can prefetch a line for writing (prfchw); without the flag the compiler prefetches for
    # reading.
    'avx512_flags': ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mfma', '-mprfchw'],
    'bf16_flags': ['-mavx512bf16', '-mavx512vnni'],
    'amx_flags': ['-mamx-tile', '-mamx-bf16', '-mamx-int8'],
    # GCC 12 warns of uninitialised variables in its own AVX-512 header.
    'header_warnings': ['-Wno-uninitialized', '-Wno-maybe-uninitialized'],
    'has_dot_products%': '<!(node has-dot-products.mjs)',
  },
  'target_defaults': {
    'cflags!': ['-O2'],
    'cflags': ['-O3', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Wno-cast-function-type', '-ffp-contract=off'],
    'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++20', '-std=gnu++17'],
    'cflags_cc': ['-std=c++17', '-fexceptions', '-fvisibility=hidden'],
    'xcode_settings': {
      'CLANG_CXX_LANGUAGE_STANDARD': 'c++17',
      'GCC_ENABLE_CPP_EXCEPTIONS': 'YES',
      'GCC_OPTIMIZATION_LEVEL': '3',
      'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
      'MACOSX_DEPLOYMENT_TARGET': '11.0',
      'OTHER_CFLAGS': ['-ffp-contract=off'],
    },
    'msvs_settings': {
      'VCCLCompilerTool': {
        'ExceptionHandling': 1,
        'Optimization': 2,
        'AdditionalOptions': ['/std:c++17', '/fp:precise', '/Zc:__cplusplus'],
      },
    },
    'include_dirs': ['.'],
    'defines': ['NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_DEPRECATED', 'NOMINMAX'],
    'conditions': [
      ['target_arch=="x64"', {'defines': ['UNDERSTUDY_X64']}],
      ['target_arch=="arm64"', {'defines': ['UNDERSTUDY_ARM64']}],
      ['has_dot_products==1', {'defines': ['UNDERSTUDY_DOT_PRODUCTS']}],
    ],
  },
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'avx2',
          'type': 'static_library',
          'sources': ['kernels/arch/x86/isa_avx2.cc'],
          'cflags': ['-mavx2', '-mfma'],
          'xcode_settings': {'OTHER_CFLAGS': ['-mavx2', '-mfma']},
          'msvs_settings': {'VCCLCompilerTool': {'AdditionalOptions': ['/arch:AVX2']}},
        },
        {
          'target_name': 'avx512',
          'type': 'static_library',
          'sources': ['kernels/arch/x86/isa_avx512.cc'],
          'cflags': ['<@(avx512_flags)', '<@(header_warnings)'],
          'xcode_settings': {'OTHER_CFLAGS': ['<@(avx512_flags)']},
          'msvs_settings': {'VCCLCompilerTool': {'AdditionalOptions': ['/arch:AVX512']}},
        },
      ],
    }],
    ['has_dot_products==1 and target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'avxvnni',
          'type': 'static_library',
          'sources': ['kernels/arch/x86/isa_avxvnni.cc'],
          'cflags': ['-mavx2', '-mfma', '-mavxvnni'],
        },
        {
          'target_name': 'avx512vnni',
          'type': 'static_library',
          'sources': ['kernels/arch/x86/isa_avx512vnni.cc'],
          'cflags': ['<@(avx512_flags)', '-mavx512vnni', '<@(header_warnings)'],
        },
        {
          'target_name': 'avx512bf16',
          'type': 'static_library',
          'sources': ['kernels/arch/x86/isa_avx512bf16.cc'],
          'cflags': ['<@(avx512_flags)', '<@(bf16_flags)', '<@(header_warnings)'],
        },
        {
          'target_name': 'amx',
          'type': 'static_library',
          'sources': ['kernels/arch/x86/isa_amx.cc'],
          'cflags': ['<@(avx512_flags)', '<@(bf16_flags)', '<@(amx_flags)', '<@(header_warnings)'],
        },
      ],
    }],
    ['has_dot_products==1 and target_arch=="arm64"', {
      'targets': [
        {
          'target_name': 'neondot',
          'type': 'static_library',
          'sources': ['kernels/arch/arm/isa_neon_dot.cc'],
          'cflags': ['-march=armv8.2-a+dotprod'],
          'xcode_settings': {'OTHER_CFLAGS': ['-march=armv8.2-a+dotprod']},
        },
      ],
    }],
  ],
  'targets': [
    {
      'target_name': 'understudy',
      'sources': [
        'bindings/node/addon.cc',
        'bindings/node/arguments.cc',
        'bindings/node/engine_addon.cc',
        'bindings/node/memory_addon.cc',
        'core/thread_pool.cc',
        'engine/backward.cc',
        'engine/cpu.cc',
        'engine/dispatch.cc',
        'engine/forward.cc',
        'engine/gemm_peak.cc',
        'engine/look_back.cc',
        'engine/predictor.cc',
        'engine/quantised.cc',
        'engine/reader.cc',
        'engine/self_check.cc',
        'engine/thread_groups.cc',
        'engine/trainer.cc',
        'engine/weight_gradients.cc',
        'engine/weights.cc',
        'kernels/arch/plain/isa_plain.cc',
        'memory/bit_counts.cc',
        'memory/code_context.cc',
        'memory/contexts.cc',
        'memory/learn.cc',
        'memory/match.cc',
        'memory/memory.cc',
        'memory/mixing_network.cc',
        'memory/successor_counts.cc',
        'memory/symbol_inputs.cc',
        'memory/symbol_tree.cc',
        'memory/tables.cc',
      ],
      'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
      'conditions': [
        ['target_arch=="x64"', {'dependencies': ['avx2', 'avx512']}],
        ['has_dot_products==1 and target_arch=="x64"', {
          'dependencies': ['avxvnni', 'avx512vnni', 'avx512bf16', 'amx'],
        }],
        ['has_dot_products==1 and target_arch=="arm64"', {'dependencies': ['neondot']}],
        ['target_arch=="arm64"', {'sources': ['kernels/arch/arm/isa_neon.cc']}],
      ],
    },
  ],
}
